// Runs before the first paint, so that nobody who chose dark is shown a white flash.
(function () {
  try {
    var theme = localStorage.getItem("magnetiq.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is closed to us: the system's theme is a good answer.
  }
})();
