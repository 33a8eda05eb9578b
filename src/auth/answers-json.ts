import type { Request } from "express";

/** Whether the caller is a program that wants JSON back; else it is a person's browser, which wants a page. */
export function answersJson(req: Request): boolean {
  return Boolean(req.is("json")) || req.accepts(["html", "json"]) === "json";
}
