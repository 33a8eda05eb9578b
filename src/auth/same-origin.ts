const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** What a browser tells of where a request comes from; `host` as the client called this server. */
export interface RequestOrigin {
  readonly method: string;
  readonly fetchSite: string | undefined;
  readonly origin: string | undefined;
  readonly host: string | undefined;
}

/**
 * Whether a request may change something as far as its origin goes. Browsers say it (Fetch Metadata `Sec-Fetch-Site`,
 * else `Origin`, RFC 6454) and no page can make them lie; programs say nothing, and carry nobody's cookie unasked.
 */
export function comesFromHere({ method, fetchSite, origin, host }: RequestOrigin): boolean {
  if (READING.has(method)) return true;
  if (fetchSite !== undefined) return fetchSite === "same-origin" || fetchSite === "none";
  if (origin !== undefined) return host !== undefined && hostsOf(origin).includes(host.toLowerCase());
  return true;
}

/** The host and port of an origin, a default port also spelt out; none for "null" and what is no web origin. */
function hostsOf(origin: string): string[] {
  if (!URL.canParse(origin)) return [];
  const { protocol, host, port } = new URL(origin);
  if (protocol !== "http:" && protocol !== "https:") return [];
  return port === "" ? [host, `${host}:${protocol === "https:" ? 443 : 80}`] : [host];
}
