/** Removes what has expired in small steps, and asks between two of them whether to go on. */
export type Sweep = (goOn: () => Promise<boolean>) => Promise<void>;
