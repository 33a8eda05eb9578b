const REPORT_PATH = "/api/fleet/report";

/** `https://host/prefix/` -> `https://host/prefix/api/fleet/report`. Messages do not repeat what may hold a password. */
export function endpointOf(text: string): URL | { problem: string } {
  const shown = text.includes("@") ? "the URL" : `"${text}"`;
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    return { problem: `${shown} must be a URL that begins with http:// or https://` };
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    return { problem: "the URL must not hold a user name or password; agents use the API key" };
  }
  if (url.search !== "" || url.hash !== "") return { problem: `${shown} must end with its path, without ? or #` };
  url.pathname = `${url.pathname.replace(/\/+$/, "")}${REPORT_PATH}`;
  return url;
}

/** The server's address as it was configured, for the log. */
export function serverName(endpoint: URL): string {
  return endpoint.href.slice(0, -REPORT_PATH.length);
}
