import { admin } from "./cluster.mjs";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const people = /** @type {const} */ ([
  { username: "jonas", role: "operator" },
  { username: "priya", role: "operator" },
  { username: "tom", role: "viewer" },
]);
const PASSWORD = "several plain words";

const browsers = {
  maria: "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
  jonas:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15",
  priya:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  tom: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1",
};

/**
 * Weeks of people and nodes coming and going.
 *
 * @param {import("./cluster.mjs").Cluster} cluster
 * @param {import("./past.mjs").Past} past
 */
export async function liveThrough({ nodes }, past) {
  const [first, second] = nodes;
  if (!first || !second) throw new Error("there are no nodes");
  const at = (/** @type {string} */ address, /** @type {string} */ browser) => new Visitor(first.url, address, browser);
  const maria = at("10.20.0.14", browsers.maria);
  await past.happened(41 * DAY_MS, nodes.length);

  await maria.logIn(admin);
  for (const { username, role } of people) await maria.post("/api/fleet/users", { username, role, password: PASSWORD });
  await past.happened(40 * DAY_MS, 1 + people.length);

  const inTwoMonths = new Date(Date.now() + 61 * DAY_MS).toISOString();
  await maria.post("/api/fleet/api-keys", { name: "grafana", scope: "read" });
  await maria.post("/api/fleet/api-keys", { name: "status-page", scope: "read", expires_at: inTwoMonths });
  const { key } = await maria.post("/api/fleet/api-keys", { name: "provisioning", scope: "admin" });
  await past.happened(22 * DAY_MS, 3);

  await second.stop();
  await second.start();
  await past.happened(6 * DAY_MS, 3);

  const tom = at("10.20.0.31", browsers.tom);
  await tom.logIn({ username: "tom", password: PASSWORD });
  await past.happened(26 * HOUR_MS, 1);

  const priya = at("10.20.0.27", browsers.priya);
  await priya.logIn({ username: "priya", password: PASSWORD });
  await past.happened(3 * HOUR_MS, 1);

  await second.stop();
  await second.start();
  await past.happened(47 * MINUTE_MS, 3);

  const jonas = at("10.20.0.22", browsers.jonas);
  await jonas.failToLogIn("jonas");
  await jonas.logIn({ username: "jonas", password: PASSWORD });
  await past.happened(31 * MINUTE_MS, 2);

  await fetch(`${first.url}/api/fleet/summary`, { headers: { authorization: `Bearer ${key}` } });
}

/** Someone at a browser, as a node sees them through a proxy. */
class Visitor {
  /** @type {Record<string, string>} */
  #headers;
  #url;

  /**
   * @param {string} url
   * @param {string} address
   * @param {string} browser
   */
  constructor(url, address, browser) {
    this.#url = url;
    this.#headers = { "content-type": "application/json", "user-agent": browser, "x-forwarded-for": address };
  }

  /** @param {{ username: string, password: string }} credentials */
  async logIn(credentials) {
    const answer = await this.#send("/login", credentials);
    if (!answer.ok) throw new Error(`the login of ${credentials.username} was answered ${answer.status}`);
    this.#headers.cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
  }

  /** @param {string} username */
  async failToLogIn(username) {
    await this.#send("/login", { username, password: "not the password" });
  }

  /** @param {string} where @param {object} body @returns {Promise<any>} */
  async post(where, body) {
    const answer = await this.#send(where, body);
    if (!answer.ok) throw new Error(`${where} was answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  /** @param {string} where @param {object} body */
  #send(where, body) {
    return fetch(`${this.#url}${where}`, { method: "POST", headers: this.#headers, body: JSON.stringify(body) });
  }
}
