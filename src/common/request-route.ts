import type { IncomingMessage } from "node:http";

const ROUTE = Symbol("route");

interface Routed extends IncomingMessage {
  [ROUTE]?: string;
  /** As Express leaves it behind, once a route's own handlers have begun. */
  readonly route?: { readonly path?: unknown };
}

/** Says which route a request took, where it is not Express that knows: a pattern, never a path that a client chose. */
export function nameRoute(req: IncomingMessage, pattern: string): void {
  (req as Routed)[ROUTE] = pattern;
}

/** The pattern of the route that a request took, or undefined where it came to none. */
export function routeOf(req: Routed): string | undefined {
  const named = req[ROUTE];
  if (named !== undefined) return named;
  const path = req.route?.path;
  return typeof path === "string" ? path : undefined;
}
