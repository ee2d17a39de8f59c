import { type PastedCommand, readCommand } from "./command.ts";
import { jsonAt } from "./json-parts.ts";

/** A piece of pasted text in one form, with the command above it, if there is one. `isCut`: of JSON without an end. */
export type PastedBlock = {
  kind: "table" | "description" | "json" | "yaml" | "log";
  text: string;
  command: PastedCommand | null;
  isCut?: boolean;
};

const HEADING = /^(?:NAMESPACE|NAME|LAST ?SEEN)(?:\s{2,}\S|\s*$)/;
const DESCRIPTION = /^Name:\s+\S/;
const YAML = /^(?:apiVersion|kind|items|metadata):|^---\s*$/;
/** Lines that belong to YAML: keys, items, comments, or indented. */
const IN_YAML = /^(?:[\w./-]+:(?:\s|$)|- |\s|#|---|\.\.\.|$)/;
/** `kubectl cluster-info dump` prints logs between such lines. */
const LOG_START = /^==== START logs for container (\S+) of pod (\S+)\/(\S+) ====$/;
const LOG_END = /^==== END logs for container /;

/** Brackets in prose never close: each is looked for until the end of the text, so after some no more are. */
const MAX_UNCLOSED = 20;

/** Cuts a text into its pieces. Lines that belong to none are left out. */
export function blocksOf(text: string): PastedBlock[] {
  const blocks: PastedBlock[] = [];
  let command: PastedCommand | null = null;
  let at = 0;
  let unclosed = 0;
  const lineAt = (start: number): { line: string; next: number } => {
    const end = text.indexOf("\n", start);
    return end === -1
      ? { line: text.slice(start), next: text.length }
      : { line: text.slice(start, end), next: end + 1 };
  };
  /** Collects lines from `start` while they belong to a block. @returns where the next one begins. */
  const take = (kind: PastedBlock["kind"], start: number, belongs: (line: string) => boolean): number => {
    let end = lineAt(start).next;
    while (end < text.length) {
      const { line, next } = lineAt(end);
      if (!belongs(line) || readCommand(line) !== null) break;
      end = next;
    }
    blocks.push({ kind, text: text.slice(start, end).trimEnd(), command });
    return end;
  };
  while (at < text.length) {
    const { line, next } = lineAt(at);
    const found = readCommand(line);
    const [, container, namespace, pod] = LOG_START.exec(line) ?? [];
    if (found !== null) {
      command = found;
      at = next;
      if (found.verb === "logs") at = take("log", next, () => true);
    } else if (container !== undefined && namespace !== undefined && pod !== undefined) {
      const outer: PastedCommand | null = command;
      command = { verb: "logs", types: ["pods"], names: [pod], namespace, container, isWhole: false };
      at =
        next < text.length && !LOG_END.test(lineAt(next).line) ? take("log", next, (one) => !LOG_END.test(one)) : next;
      command = outer;
    } else if (unclosed < MAX_UNCLOSED && /^\s*[{[]\s*$|^\s*\{\s*"/.test(line)) {
      const start = at + line.search(/[{[]/);
      const part = jsonAt(text, start);
      const isObjects = !part.isCut || /"(?:items|apiVersion|kind)"\s*:/.test(part.text.slice(0, 5_000));
      if (isObjects) blocks.push({ kind: "json", text: part.text, command, isCut: part.isCut });
      if (!isObjects) unclosed += 1;
      at = isObjects ? Math.max(part.end, next) : next; // a bracket in prose never closes
    } else if (HEADING.test(line))
      at = take("table", at, (one) => one.trim() !== "" && !HEADING.test(one) && !DESCRIPTION.test(one));
    else if (DESCRIPTION.test(line))
      at = take("description", at, (one) => !HEADING.test(one) && !DESCRIPTION.test(one) && !/^[{[]\s*$/.test(one));
    else if (YAML.test(line)) at = take("yaml", at, (one) => IN_YAML.test(one) && !HEADING.test(one));
    else at = next;
  }
  return blocks;
}
