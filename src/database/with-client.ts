import type pg from "pg";

/**
 * Runs `work` on a connection of the pool, and gives back what it gives. Throws the driver's error where there is no
 * connection, and whatever `work` throws.
 */
export async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isDone = false;
  try {
    const result = await work(client);
    isDone = true;
    return result;
  } finally {
    // What was under way in a connection that failed is not known: the server undoes it when the connection ends.
    client.release(!isDone);
  }
}
