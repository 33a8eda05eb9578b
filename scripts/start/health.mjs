import http from "node:http";
import https from "node:https";

const TIMEOUT_MS = 2000;

/**
 * Whether the node at this address passes its full probe.
 *
 * @param {string} url
 * @returns {Promise<boolean>}
 */
export function isHealthy(url) {
  const { get } = url.startsWith("https:") ? https : http;
  return new Promise((resolve) => {
    // Nothing secret is sent and nothing received is believed, so the certificate does not matter here.
    const options = { rejectUnauthorized: false, timeout: TIMEOUT_MS, agent: false };
    const request = get(`${url}/api/fleet/cluster/health`, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}
