/** A key of the wrong shape. The message says what is wrong and how to make a right one; it never holds the key. */
export class InvalidKeyError extends Error {
  override readonly name = "InvalidKeyError";
  readonly code = "INVALID_KEY";
}

/** A text that is no Fernet token, or one that no key at hand has signed. */
export class InvalidTokenError extends Error {
  override readonly name = "InvalidTokenError";
  readonly code = "INVALID_TOKEN";
}

/** An envelope that is malformed, altered, or sealed with a key that is not at hand: deliberately not told apart. */
export class DecryptionFailedError extends Error {
  override readonly name = "DecryptionFailedError";
  readonly code = "DECRYPTION_FAILED";

  constructor() {
    super("Decryption failed");
  }
}

/** A new password longer than the hasher takes. */
export class PasswordTooLongError extends Error {
  override readonly name = "PasswordTooLongError";
  readonly code = "PASSWORD_TOO_LONG";

  constructor(maxLength: number) {
    super(`The password is too long: use at most ${maxLength} characters`);
  }
}
