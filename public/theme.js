// Before the first paint, so that a dark page never flashes white and no row moves.
// What is read here is written by the theme switch and the box of columns.
try {
  const theme = localStorage.getItem("sunset.theme");
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset.theme = theme;
  }
  const density = localStorage.getItem("sunset.density");
  if (density === "compact" || density === "comfortable") {
    document.documentElement.dataset.density = density;
  }
} catch {
  // Storage is switched off: the system's theme it is.
}
