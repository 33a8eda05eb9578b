/** Whether a request's `Content-Type` fits a single report. Without one the body decides. */
export function isJson(contentType: string | undefined): boolean {
  // What nearly all agents send needs no parsing.
  if (contentType === undefined || contentType === "application/json") return true;
  const type = mediaType(contentType);
  return type === "application/json" || type.endsWith("+json");
}

/** Whether a request's `Content-Type` fits a batch: a report per line. */
export function isNdjson(contentType: string | undefined): boolean {
  return contentType === undefined || /^application\/(x-ndjson|ndjson|jsonl)$/.test(mediaType(contentType));
}

function mediaType(contentType: string): string {
  return contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
