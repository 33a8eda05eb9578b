type Cleanup = () => void | Promise<void>;

const cleanups: Cleanup[] = [];

/**
 * Undoes something when the test file has ended, whatever became of its tests; the last one made is undone first. Each
 * test file has its own list.
 */
export function onCleanup(cleanup: Cleanup): void {
  cleanups.push(cleanup);
}

afterAll(async () => {
  const failures: unknown[] = [];
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) {
    try {
      await cleanup();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "cleaning up after the tests failed");
}, 60_000);
