// Runs in a measured page before the page's own code, and tells what a person sees by the page's own clock: in milliseconds
// since the navigation began.
(() => {
  /** Tasks of more than 50 ms, the shortest that browsers tell of. */
  const longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });

  const rows = () => [...document.querySelectorAll("tr[data-machine]")].map((row) => row.dataset.machine).join();

  /** When what is in the document now is on screen: the frame is made, and the thread has come to its next task. */
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      });
    });

  /** When rows other than these are on screen. Live figures change rows, and never which rows there are. */
  const rowsPainted = (known) =>
    new Promise((resolve) => {
      const observer = new MutationObserver(look);
      function look() {
        const now = rows();
        if (now === "" || now === known) return;
        observer.disconnect();
        resolve(painted());
      }
      observer.observe(document, { childList: true, subtree: true });
      look();
    });

  /** What was last done with mouse or keys, and when the first frame after each key was on screen. */
  let lastInputAt = 0;
  const keys = [];
  const take = ({ timeStamp }) => (lastInputAt = timeStamp);
  addEventListener("click", take, { capture: true });
  addEventListener(
    "input",
    (event) => {
      take(event);
      void painted().then((at) => keys.push(at - event.timeStamp));
    },
    { capture: true },
  );

  let expected = rowsPainted("");
  window.measured = {
    longTasks,
    keys,
    /** From here on the rows on screen are the old ones. */
    expectRows: () => {
      expected = rowsPainted(rows());
    },
    /** When the expected rows were on screen, and the click or key before them. */
    rowsCame: async () => ({ paintedAt: await expected, inputAt: lastInputAt }),
  };
})();
