import { type Fault, describeFault } from "../common/fault.js";

/** A command cannot do its work, and an operator can mend that; its message says how, and holds no secret. */
export class CommandError extends Error {
  readonly code = "COMMAND_FAILED";

  constructor(fault: Fault, options?: ErrorOptions) {
    super(describeFault(fault), options);
    this.name = "CommandError";
  }
}
