/** The system's name for what went wrong (ENOSPC, EACCES), or `otherwise` where there is none. */
export function errorCode(error: unknown, otherwise: string): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : otherwise;
}
