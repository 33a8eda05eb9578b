import type { Response } from "express";
import { FleetError } from "../common/fleet-error.js";

/** Why work for a request was given up: whoever sent it no longer waits. Nobody is left to read the answer. */
class ClientGoneError extends FleetError {
  constructor() {
    // nginx's status for the same case; there is none in the standards, since it is never sent.
    super(499, "CLIENT_GONE", "The client ended the connection before there was an answer.");
  }
}

/** Aborts with a ClientGoneError when the client's connection ends before the answer is sent. */
export function clientGone(res: Response): AbortSignal {
  const gone = new AbortController();
  const end = () => {
    if (!res.writableFinished) gone.abort(new ClientGoneError());
  };
  if (res.destroyed) end();
  else res.once("close", end);
  return gone.signal;
}
