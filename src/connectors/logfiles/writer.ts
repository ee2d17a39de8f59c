import { basename, dirname } from "node:path";
import { workloadOfPod } from "../../domain/pod-names.ts";

/**
 * Who wrote a file, by its path. `service` null: the path does not say, or its lines say so themselves; `otherwise` is
 * then the service of lines that do not. `isByName`: only the name of the file or of its folder says so.
 */
export type FileWriter = { service: string | null; pod: string | null; otherwise?: string | null; isByName?: true };
export type WriterReader = (path: string) => FileWriter;

/** What rotation and compression add to a name: `.1`, `-20261130`, `.2026-11-30_12`, `.gz`. */
const ROTATED =
  /(?:[._-]\d{1,3}|[._-]\d{4}-?\d\d-?\d\d(?:[T._-]?\d{1,6}(?:[:-]\d\d)*)?|[._-]\d{10}|\.(?:gz|zst|old|bak))$/;
const SUFFIX = /\.(?:log|logs|jsonl?|ndjson|txt|out|err)$/i;
/** Names that say what a file holds, not who wrote it. The folder names the service then. */
const GENERIC = new Set(
  (
    "access app application audit combined console current daemon debug default err error errors events info json log " +
    "logs main message messages out output server service slow stderr stdout syslog trace warn warning"
  ).split(" "),
);
/** Folders that are no service either. */
const ANY_FOLDER = new Set(["log", "logs", "var", "tmp", "opt", "srv", "data", "home", "root", "mnt", "output"]);

/** The kubelet's layout: `/var/log/pods/<namespace>_<pod>_<uid>/<container>/<n>.log`. */
const POD_FOLDER = /\/pods\/[^/_]+_([^/_]+)_[^/]+\/([^/]+)\/[^/]+$/;
/** Its links: `/var/log/containers/<pod>_<namespace>_<container>-<id>.log`. */
const CONTAINER_LINK = /\/([^/_]+)_[^/_]+_([^/]+)-[0-9a-f]{12,64}\.log$/;

/**
 * Reads who wrote a file from its path. Patterns of the configuration, such as `/var/log/{service}/*.log`, decide
 * alone; lines of other files name their service themselves. Without patterns: by the layout of Kubernetes, then by
 * the name of the file, or by its folder if the name is a general one such as `access.log`.
 */
export function writerReader(patterns: readonly string[]): WriterReader {
  const expressions = patterns.map(expressionOf);
  return (path) => {
    for (const expression of expressions) {
      const groups = expression.exec(path)?.groups ?? expression.exec(withoutRotation(path))?.groups;
      if (groups === undefined) continue;
      const pod = groups.pod ?? null;
      return { service: groups.service ?? groups.container ?? (pod && (workloadOfPod(pod) ?? pod)), pod };
    }
    if (expressions.length > 0) return { service: null, pod: null };
    return byLayout(path) ?? { service: serviceOfName(path), pod: null, isByName: true };
  };
}

function byLayout(path: string): FileWriter | null {
  const [, pod = null] = POD_FOLDER.exec(path) ?? CONTAINER_LINK.exec(path) ?? [];
  return pod === null ? null : { service: workloadOfPod(pod) ?? pod, pod };
}

function serviceOfName(path: string): string | null {
  const name = withoutRotation(basename(path)).replace(SUFFIX, "");
  const plain = withoutRotation(name).replace(SUFFIX, "");
  if (plain !== "" && !GENERIC.has(plain.toLowerCase()) && !/^\d+$/.test(plain)) return plain;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const part = basename(folder);
    if (!ANY_FOLDER.has(part.toLowerCase()) && !GENERIC.has(part.toLowerCase())) return part;
  }
  return null;
}

function withoutRotation(path: string): string {
  let shorter = path;
  for (let before = ""; before !== shorter;) {
    before = shorter;
    shorter = shorter.replace(ROTATED, "");
  }
  return shorter === "" ? path : shorter;
}

/** A pattern without a leading slash fits the end of a path. */
function expressionOf(pattern: string): RegExp {
  const body = pattern
    .split(/(\{(?:service|pod|namespace|container)\}|\*\*\/?|\*)/)
    .map((piece) => {
      if (piece.startsWith("{")) return `(?<${piece.slice(1, -1)}>[^/]+?)`;
      if (piece.startsWith("**")) return ".*";
      return piece === "*" ? "[^/]*" : escaped(piece);
    })
    .join("");
  return new RegExp(`${pattern.startsWith("/") ? "^" : "(?:^|/)"}${body}$`);
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
