// Before the first paint: the theme that was chosen, so that the page does not flash.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem("sparklabs.theme");
  } catch {
    chosen = null;
  }
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
})();
