/**
 * Whether the system reported this: `ENOENT`, `EEXIST` and so on.
 *
 * @param {unknown} error
 * @param {string} code
 */
export function hasCode(error, code) {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
