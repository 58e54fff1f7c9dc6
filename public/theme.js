// Before the first paint, so that a dark page never flashes white. What is chosen
// here is written by the theme switch in the header.
try {
  const theme = localStorage.getItem("sunset.theme");
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // Storage is switched off: the system's theme it is.
}
