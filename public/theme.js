// Before the first paint, so that a dark page never flashes white and no row moves.
// What is read here is written by the account menu and the navigation.
{
  const root = document.documentElement;
  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      // Storage is switched off: the system's theme and the usual sizes it is.
      return null;
    }
  };

  const theme = stored("sunset.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  const density = stored("sunset.density");
  if (density === "compact" || density === "comfortable") root.dataset.density = density;

  // Narrow screens have room for pictures only, unless the operator wants words.
  const wide = matchMedia("(width >= 1366px)");
  const showNav = () => {
    root.dataset.nav = stored("sunset.nav") ?? (wide.matches ? "open" : "collapsed");
  };
  showNav();
  wide.addEventListener("change", showNav);
}
