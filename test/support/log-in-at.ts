import { type FleetNode, testCredentials } from "./fleet-node.js";
import { HttpClient } from "./http-client.js";

/** The node's first administrator, logged in. */
export async function logInAt(node: FleetNode): Promise<HttpClient> {
  const client = new HttpClient(node.url);
  await client.login(testCredentials.username, testCredentials.password);
  return client;
}
