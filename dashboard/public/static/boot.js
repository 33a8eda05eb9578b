// Runs before the first paint, so that a dark page never flashes white. A file of its own: the content security policy
// allows no inline script.
(function () {
  var chosen = localStorage.getItem("fleet-color-scheme");
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");

  // While a new version is rolled out, one node's page may ask another one for files that it does not have. The page is
  // loaded again, a few times at most: then both come from one version.
  var RELOADS = "fleet-reloads";
  addEventListener(
    "error",
    function (event) {
      var file = event.target;
      if (!(file instanceof HTMLScriptElement || file instanceof HTMLLinkElement)) return;
      var reloads = Number(sessionStorage.getItem(RELOADS));
      // Once it runs, the page itself knows better what to do without a file: perhaps nobody answers.
      var root = document.getElementById("root");
      if (reloads >= 5 || (root && root.childElementCount > 0)) return;
      sessionStorage.setItem(RELOADS, String(reloads + 1));
      setTimeout(function () {
        location.reload();
      }, 500);
    },
    true,
  );
  addEventListener("load", function () {
    if (document.getElementById("root").childElementCount > 0) sessionStorage.removeItem(RELOADS);
  });
})();
