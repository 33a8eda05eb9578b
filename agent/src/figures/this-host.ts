import type { HostFigures } from "./host-figures.js";
import { LinuxFigures } from "./linux-figures.js";
import { PortableFigures } from "./portable-figures.js";

/** The one place where the operating system decides how figures are read. */
export function thisHost(): HostFigures {
  return process.platform === "linux" ? new LinuxFigures() : new PortableFigures();
}
