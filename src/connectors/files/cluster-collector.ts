import type { Problem } from "../../domain/ports.ts";

export const MEBIBYTE = 1024 * 1024;
/** What is read of one folder or archive at most. `unpackedBytes`, `entries`: of an archive, also what is not kept. */
export const READ_LIMITS = {
  files: 5_000,
  fileBytes: 64 * MEBIBYTE,
  totalBytes: 256 * MEBIBYTE,
  unpackedBytes: 1024 * MEBIBYTE,
  entries: 200_000,
  depth: 12,
};

/**
 * Files that hold text about a cluster; others in a bundle are its own business. sosreport names files after commands.
 */
const TEXT = /\.(json|ya?ml|txt|log|out|md)$|(^|\/)[^./]+$|(^|\/)(kubectl|oc)_[^/]*$/i;
const COMPRESSED = /\.(gz|zst)$/i;

/** True if a file is read, by its name. */
export const isRead = (name: string): boolean => TEXT.test(name.replace(COMPRESSED, ""));

export type ReadLimits = Readonly<typeof READ_LIMITS>;
export type FoundText = { path: string; text: string };
/** Collects texts until a limit is reached. */
export type TextCollector = {
  readonly files: FoundText[];
  readonly limits: ReadLimits;
  problem(source: string, what: string): void;
  /** False if nothing more may be read. */
  canTake(source: string): boolean;
  add(path: string, bytes: Uint8Array): void;
  /** Counts a file of a kind that is not read. */
  leaveOut(path: string): void;
  /** Says how many files of which kinds were not read. */
  nameLeftOut(source: string): void;
};

/** Kinds of files that are named. */
const MAX_KINDS = 5;

export function collectTexts(onProblem: (problem: Problem) => void, limits: ReadLimits = READ_LIMITS): TextCollector {
  const files: FoundText[] = [];
  const leftOut = new Map<string, number>();
  let bytesRead = 0;
  let isFull = false;
  const problem: TextCollector["problem"] = (source, what) => onProblem({ source, line: null, what });
  const leaveOut: TextCollector["leaveOut"] = (path) => {
    const kind = /[^/](\.\w{1,8})$/.exec(path)?.[1]?.toLowerCase() ?? "binary";
    leftOut.set(kind, (leftOut.get(kind) ?? 0) + 1);
  };
  return {
    files,
    limits,
    problem,
    canTake(source) {
      if (files.length < limits.files && bytesRead < limits.totalBytes) return true;
      if (!isFull)
        problem(
          source,
          `only ${files.length} files (${Math.round(bytesRead / MEBIBYTE)} MiB) were read; the rest was not`,
        );
      isFull = true;
      return false;
    },
    add(path, bytes) {
      bytesRead += bytes.length;
      if (isBinary(bytes)) leaveOut(path);
      else if (bytes.length > 0) files.push({ path, text: decoded(bytes) });
    },
    leaveOut,
    nameLeftOut(source) {
      const kinds = [...leftOut].toSorted(([, a], [, b]) => b - a);
      if (kinds.length === 0) return;
      const named = kinds.slice(0, MAX_KINDS).map(([kind, count]) => `${kind} ${count}`);
      problem(source, `files of these kinds were not read: ${named.join(", ")}${kinds.length > MAX_KINDS ? " …" : ""}`);
    },
  };
}

export const isBinary = (bytes: Uint8Array): boolean => bytes.subarray(0, 1_024).includes(0) && !isUtf16(bytes);
/** PowerShell writes redirected output as UTF-16. */
const isUtf16 = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xfe;
const decoded = (bytes: Uint8Array): string => new TextDecoder(isUtf16(bytes) ? "utf-16le" : "utf-8").decode(bytes);
