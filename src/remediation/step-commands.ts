import { kubectlUse } from "./kubectl-verbs.ts";
import { literal, readWords, type Word } from "./step-words.ts";

/** One line of a step script, understood. `line` counts from 1 in the section. */
export type Command =
  | { act: "look" | "change"; argv: readonly Word[]; checkable: boolean; line: number }
  | { act: "ask"; name: string; argv: readonly Word[]; line: number }
  | { act: "compute"; name: string; from: string; operator: "plus" | "times"; by: number; line: number }
  | { act: "say"; text: string; line: number };
export type Commands = { ok: true; commands: readonly Command[] } | { ok: false; line: number; why: string };
type Read = { ok: true; command: Command } | { ok: false; why: string };

const NAME = /^[A-Z][A-Z0-9_]*$/;
/** Would run a value as code, or with other rights. A program is called as it is, with values as whole arguments. */
const INTERPRETERS =
  /^((ba|da|z|k|a|c|tc|fi)?sh|env|eval|exec|source|command|builtin|sudo|su|doas|xargs|nohup|time|timeout|ssh|awk|gawk|sed|perl|python[0-9.]*|ruby|node|php|lua|find|parallel|watch|make)$/;

/**
 * Reads a section of a step (`script`, `rollback` or `verify`), one command a line; `\` at the end of a line goes on, `#` begins a comment line.
 *
 * - `kubectl …`: a look or a change, told from its verb
 * - `look PROGRAM …`, `change PROGRAM …`: any other installed program, as the author says
 * - `ask NAME kubectl …`: keeps the answer, one word such as `3` or `512Mi`, as NAME
 * - `plus NAME FROM 1`, `times NAME FROM 2`: arithmetic on an answer
 * - `say 'text'`: tells the operator something
 *
 * @returns the commands, or the first line that is refused and why.
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
      const program = literal(words[1]);
      if (program === "kubectl")
        return { ok: false, why: `write kubectl without "${head}": its verb tells what it does` };
      if (program === null || !/^[a-z][a-z0-9_.-]*$/.test(program))
        return { ok: false, why: `${head} needs the plain name of an installed program` };
      if (INTERPRETERS.test(program))
        return { ok: false, why: `${program} can run its arguments as code: call the program itself` };
      return { ok: true, command: { act: head, argv: words.slice(1), checkable: false, line } };
    }
    case "ask": {
      const name = literal(words[1]) ?? "";
      const asked = literal(words[2]) === "kubectl" ? readKubectl(words.slice(2), line) : null;
      if (!NAME.test(name) || asked === null) return { ok: false, why: "write: ask NAME kubectl …" };
      if (!asked.ok) return asked;
      if (asked.command.act !== "look") return { ok: false, why: "ask takes a kubectl command that only reads" };
      return { ok: true, command: { act: "ask", name, argv: asked.command.argv, line } };
    }
    case "plus":
    case "times": {
      const [, name = "", from = "", by = ""] = words.map((word) => literal(word) ?? "");
      if (!NAME.test(name) || !NAME.test(from) || !/^[0-9]{1,3}$/.test(by) || words.length !== 4)
        return { ok: false, why: `write: ${head} NAME FROM NUMBER` };
      return { ok: true, command: { act: "compute", name, from, operator: head, by: Number(by), line } };
    }
    case "say": {
      // A value would reach the operator's terminal as it is, escape sequences included.
      const text = literal(words[1]);
      if (text === null || words.length !== 2) return { ok: false, why: "write: say 'one text', without a parameter" };
      return { ok: true, command: { act: "say", text, line } };
    }
    default:
      return {
        ok: false,
        why: `a line begins with kubectl, look, change, ask, plus, times or say, not "${head ?? "a parameter"}"`,
      };
  }
}

function readKubectl(argv: readonly Word[], line: number): Read {
  const use = kubectlUse(argv);
  return use.ok ? { ok: true, command: { act: use.act, argv, checkable: use.checkable, line } } : use;
}
