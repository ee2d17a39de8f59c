/** A past incident as people wrote it down: a line of JSON, or a whole Markdown file. `origin`: its place, for people. */
export type PastText = { kind: "line" | "file"; origin: string; name: string; text: string; changedAtMs: number };

/** `count`: how many there are. */
export type PastTexts = { count: number; texts: AsyncIterable<PastText> };
