/** What a mark says: each has its colour and its shape. */
export type Tone = "well" | "warning" | "bad" | "unknown";
