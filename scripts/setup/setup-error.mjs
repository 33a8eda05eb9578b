/** Something the set-up cannot do for the user. The message says what, why and how to go on; it is printed as it is. */
export class SetupError extends Error {
  /** @override */
  name = "SetupError";
}
