/** Watches from now on for how long nothing else could run; `longestMs` ends it. */
export function watchEventLoop(): { longestMs: () => number } {
  let longest = 0;
  let last = performance.now();
  const ticking = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  return {
    longestMs() {
      clearInterval(ticking);
      return longest;
    },
  };
}
