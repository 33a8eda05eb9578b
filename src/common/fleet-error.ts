/**
 * An error whose words are meant for the client: an HTTP status, a code that never changes, and a sentence that says
 * what is wrong and what to do about it. Whatever is not a FleetError is answered as an internal error.
 */
export class FleetError extends Error {
  readonly code: string;
  readonly status: number;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;
  /** Further members of the answer's body. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    message: string,
    options: { cause?: unknown; retryAfterSeconds?: number; details?: Record<string, unknown> } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.details = options.details ?? {};
  }
}

/** A shared backend (database, session store, registry) cannot be used now: 503, the same for every technology. */
export class BackendUnavailableError extends FleetError {
  constructor(backend: string, cause?: unknown) {
    super(503, "BACKEND_UNAVAILABLE", `The ${backend} cannot be reached at the moment; try again shortly.`, {
      cause,
      retryAfterSeconds: 2,
    });
  }
}
