import type { FetchOptions } from "../../domain/ports.ts";

/** Of one file and kind; what comes after is only counted. */
const MAX_NAMED = 5;

/** Tells what is wrong with one file without drowning whoever reads it. */
export type FileProblems = {
  /** `what` is the kind, the same words for every line; `detail` may differ. `line` counts from 1. */
  add(what: string, line: number | null, detail?: string): void;
  /** The file broke off: its last line is not to be trusted. */
  breakOff(what: string): void;
  readonly brokeOff: boolean;
  /** Tells of the whole file, unless something of it was told already that explains it. */
  addIfSilent(what: string): void;
  /** Tells how many were not told. Call it once, when the file has been read. */
  close(): void;
};

/** @param source the file as a reader knows it, such as `logs.jsonl.gz`. */
export function fileProblems(source: string, onProblem: FetchOptions["onProblem"]): FileProblems {
  const counts = new Map<string, number>();
  let brokeOff = false;
  const add: FileProblems["add"] = (what, line, detail) => {
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    if (count <= MAX_NAMED) onProblem?.({ source, line, what: detail ? `${what}: ${detail}` : what });
  };
  return {
    add,
    breakOff(what) {
      brokeOff = true;
      counts.set(what, 1);
      onProblem?.({ source, line: null, what, isCut: true });
    },
    addIfSilent(what) {
      if (counts.size === 0) add(what, null);
    },
    get brokeOff() {
      return brokeOff;
    },
    close() {
      for (const [what, count] of counts) {
        if (count > MAX_NAMED)
          onProblem?.({ source, line: null, what: `${what}: and ${count - MAX_NAMED} more`, count: count - MAX_NAMED });
      }
      counts.clear();
    },
  };
}
