import { kubectlUse } from "./kubectl-verbs.ts";
import { literal, readWords, type Word } from "./step-words.ts";

/** One parsed line of a step script. `line` counts from 1 within the section. */
export type Command =
  | { act: "look" | "change"; argv: readonly Word[]; checkable: boolean; line: number }
  | { act: "ask"; name: string; argv: readonly Word[]; line: number }
  | { act: "compute"; name: string; from: string; operator: "plus" | "times"; by: number; line: number }
  | { act: "expect"; name: string; value: Word; argv: readonly Word[]; line: number }
  | { act: "revisions"; current: string; previous: string; argv: readonly Word[]; line: number }
  | { act: "create" | "undo"; name: string; argv: readonly Word[]; line: number }
  | { act: "find"; name: string; value: Word; argv: readonly Word[]; line: number }
  | { act: "approver"; name: string; line: number }
  | { act: "say"; text: string; line: number };

/** True if the command changes something. */
export const isChange = ({ act }: Command): boolean => act === "change" || act === "create" || act === "undo";

/** The names that a command keeps a value under. */
export function namesKeptBy(command: Command): string[] {
  if (["ask", "compute", "create", "approver"].includes(command.act) && "name" in command) return [command.name];
  return command.act === "revisions" ? [command.current, command.previous] : [];
}

export type Commands = { ok: true; commands: readonly Command[] } | { ok: false; line: number; why: string };
type Read = { ok: true; command: Command } | { ok: false; why: string };

const HEADS = "kubectl, look, change, create, undo, find, ask, expect, revisions, plus, times, approver or say";
const NAME = /^[A-Z][A-Z0-9_]*$/;
/** Programs that would run a value as code, or with other rights. They are refused. */
const INTERPRETER_NAMES = [
  "(ba|da|z|k|a|c|tc|fi)?sh|env|eval|exec|source|command|builtin|sudo|su|doas|xargs|nohup|time|timeout|ssh",
  "awk|gawk|sed|perl|python[0-9.]*|ruby|node|php|lua|find|parallel|watch|make",
].join("|");
const INTERPRETERS = new RegExp(`^(${INTERPRETER_NAMES})$`);

/**
 * Reads a section of a step (`script`, `rollback` or `verify`) with one command per line. `\` at the end continues a
 * line;
 * `#` begins a comment line.
 *
 * - `kubectl …`: read-only or a change, by its verb
 * - `look PROGRAM …`, `change PROGRAM …`: any other installed program, read-only or a change as the author declares
 * - `ask NAME kubectl …`: keeps the answer, one word such as `3` or `512Mi`, as NAME
 * - `expect NAME "VALUE" kubectl …`: stops unless the answer is still this value, such as one that the evidence holds
 * - `revisions CURRENT PREVIOUS "${WORKLOAD}"`: keeps the numbers of the two latest revisions
 * - `plus NAME FROM 1`, `times NAME FROM 2`: arithmetic on an answer
 * - `approver NAME`: keeps who approved the script
 * - `create NAME PROGRAM …`: a change that answers with the id of what it made, kept as NAME
 * - `undo NAME PROGRAM …`: takes that back; the id becomes the last argument
 * - `find name "${NAME}" PROGRAM …`: stops unless a line of the answer is this value
 * - `say 'text'`: prints a text for the operator
 *
 * @returns the commands, or the first refused line with the reason.
 */
export function readCommands(section: string): Commands {
  const commands: Command[] = [];
  const lines = section.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    let text = (lines[at] ?? "").trim();
    while (text.endsWith("\\") && at + 1 < lines.length) {
      at += 1;
      text = `${text.slice(0, -1)} ${(lines[at] ?? "").trim()}`;
    }
    if (text === "" || text.startsWith("#")) continue;
    const words = readWords(text);
    const read = words.ok ? readCommand(words.words, line) : words;
    if (!read.ok) return { ok: false, line, why: read.why };
    commands.push(read.command);
  }
  return { ok: true, commands };
}

function readCommand(words: readonly Word[], line: number): Read {
  const head = literal(words[0]);
  switch (head) {
    case "kubectl":
      return readKubectl(words, line);
    case "look":
    case "change": {
      const why = whyNotProgram(head, words[1]);
      if (why !== null) return { ok: false, why };
      return { ok: true, command: { act: head, argv: words.slice(1), checkable: false, line } };
    }
    case "create":
    case "undo": {
      const name = literal(words[1]) ?? "";
      if (!NAME.test(name)) return { ok: false, why: `write: ${head} NAME PROGRAM …` };
      const why = whyNotProgram(head, words[2]);
      if (why !== null) return { ok: false, why };
      return { ok: true, command: { act: head, name, argv: words.slice(2), line } };
    }
    case "find": {
      const name = literal(words[1]) ?? "";
      if (!/^[a-z]+$/.test(name) || words[2] === undefined)
        return { ok: false, why: 'write: find name "${NAME}" PROGRAM …' };
      const why = whyNotProgram(head, words[3]);
      if (why !== null) return { ok: false, why };
      return { ok: true, command: { act: "find", name, value: words[2], argv: words.slice(3), line } };
    }
    case "approver": {
      const name = literal(words[1]) ?? "";
      if (!NAME.test(name) || words.length !== 2) return { ok: false, why: "write: approver NAME" };
      return { ok: true, command: { act: "approver", name, line } };
    }
    case "ask": {
      const name = literal(words[1]) ?? "";
      const query = literal(words[2]) === "kubectl" ? readKubectl(words.slice(2), line) : null;
      if (!NAME.test(name) || query === null) return { ok: false, why: "write: ask NAME kubectl …" };
      if (!query.ok) return query;
      if (query.command.act !== "look") return { ok: false, why: "ask needs a read-only kubectl command" };
      return { ok: true, command: { act: "ask", name, argv: query.command.argv, line } };
    }
    case "expect": {
      const name = literal(words[1]) ?? "";
      const query = literal(words[3]) === "kubectl" ? readKubectl(words.slice(3), line) : null;
      if (!/^[a-z]+$/.test(name) || words[2] === undefined || query === null)
        return { ok: false, why: 'write: expect name "VALUE" kubectl …' };
      if (!query.ok) return query;
      if (query.command.act !== "look") return { ok: false, why: "expect needs a read-only kubectl command" };
      return { ok: true, command: { act: "expect", name, value: words[2], argv: query.command.argv, line } };
    }
    case "revisions": {
      const [current, previous] = [literal(words[1]) ?? "", literal(words[2]) ?? ""];
      if (!NAME.test(current) || !NAME.test(previous) || current === previous || words.length !== 4)
        return { ok: false, why: 'write: revisions CURRENT PREVIOUS "${WORKLOAD}"' };
      return { ok: true, command: { act: "revisions", current, previous, argv: words.slice(3), line } };
    }
    case "plus":
    case "times": {
      const [, name = "", from = "", by = ""] = words.map((word) => literal(word) ?? "");
      if (!NAME.test(name) || !NAME.test(from) || !/^[0-9]{1,3}$/.test(by) || words.length !== 4)
        return { ok: false, why: `write: ${head} NAME FROM NUMBER` };
      return { ok: true, command: { act: "compute", name, from, operator: head, by: Number(by), line } };
    }
    case "say": {
      // A value would reach the operator's terminal unchanged, with escape sequences.
      const text = literal(words[1]);
      if (text === null || words.length !== 2) return { ok: false, why: "write: say 'one text', without a parameter" };
      return { ok: true, command: { act: "say", text, line } };
    }
    default:
      return {
        ok: false,
        why: `a line must begin with ${HEADS}, not "${head ?? "a parameter"}"`,
      };
  }
}

function whyNotProgram(head: string, word: Word | undefined): string | null {
  const program = literal(word);
  if (program === "kubectl") return `write kubectl without "${head}": its verb shows whether it changes anything`;
  if (program === null || !/^[a-z][a-z0-9_.-]*$/.test(program))
    return `${head} needs the plain name of an installed program`;
  return INTERPRETERS.test(program) ? `${program} can run its arguments as code; call the program directly` : null;
}

function readKubectl(argv: readonly Word[], line: number): Read {
  const use = kubectlUse(argv);
  return use.ok ? { ok: true, command: { act: use.act, argv, checkable: use.checkable, line } } : use;
}
