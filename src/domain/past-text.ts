/** A past incident as people wrote it: a line of JSON or a Markdown file. `origin`: path, with any line number. */
export type PastText = { kind: "line" | "file"; origin: string; name: string; text: string; changedAtMs: number };

/** `count`: how many there are. */
export type PastTexts = { count: number; texts: AsyncIterable<PastText> };
