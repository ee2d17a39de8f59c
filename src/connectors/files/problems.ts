import type { FetchOptions } from "../../domain/ports.ts";

/** Maximum number of problems of one kind that are listed for a file. The others are counted. */
const MAX_NAMED = 5;

/** Reports the problems of one file, with a limit for each kind. */
export type FileProblems = {
  /** `what` is the kind, in the same words for every line; `detail` may differ. `line` counts from 1. */
  add(what: string, line: number | null, detail?: string): void;
  /** The file broke off, so its last line is not reliable. */
  breakOff(what: string): void;
  readonly brokeOff: boolean;
  /** Reports a problem of the whole file, unless an earlier problem already explains it. */
  addIfSilent(what: string): void;
  /** Reports how many problems were not listed. Call it once, after the file was read. */
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
