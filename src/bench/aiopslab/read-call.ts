import { type PythonArguments, readPythonArguments } from "./python-literals.ts";

/** A call that an agent wrote: `get_logs("test-hotel-reservation", "geo")`. */
export type AgentCall = PythonArguments & { name: string };

const FENCED = /```\s*\n([\s\S]*?)\n```/g;
const SHELL = "exec_shell";

/** The lines between the first two lines that hold three ticks. */
function codeBlock(message: string): string {
  const lines = message.split("\n");
  const fences = lines.flatMap((line, at) => (line.includes("```") ? [at] : []));
  const [open, close] = fences;
  return open === undefined || close === undefined ? "" : lines.slice(open + 1, close).join("\n");
}

/** Takes all quotes of one kind away at both ends. */
const unquoted = (text: string, quote: string): string => {
  let [from, to] = [0, text.length];
  while (from < to && text[from] === quote) from += 1;
  while (to > from && text[to - 1] === quote) to -= 1;
  return text.slice(from, to);
};

/** The command of `exec_shell` is one quoted text, which is not read as Python. */
function shellArguments(text: string): PythonArguments | { problem: string } {
  const command = text.startsWith("command=") ? text.replaceAll("command=", "").trim() : text;
  const quote = ['"', "'"].find((one) => command.startsWith(one) && command.endsWith(one));
  if (quote === undefined) return { problem: "the command of exec_shell is not a quoted text" };
  return { args: [unquoted(command, quote).replaceAll('\\"', '"').replaceAll("\\'", "'")], named: {} };
}

/**
 * Reads the one call in an agent's message, by the rules of AIOpsLab's orchestrator: exactly one block between lines of
 * three ticks, without a language behind the ticks; the name up to the first parenthesis; the arguments up to the last.
 *
 * @returns the call, or why the orchestrator would answer with an error instead of acting.
 */
export function readCall(message: string): AgentCall | { problem: string } {
  const blocks = [...message.matchAll(FENCED)].length;
  if (blocks !== 1) return { problem: `there are ${blocks} blocks between lines of three ticks, instead of one` };
  const code = codeBlock(message);
  const [open, close] = [code.indexOf("("), code.lastIndexOf(")")];
  if (open < 0 || close < 0) return { problem: "the block holds no call" };
  const name = code.slice(0, open).trim();
  const inside = code.slice(open + 1, close).trim();
  const read =
    inside === "" ? { args: [], named: {} } : name === SHELL ? shellArguments(inside) : readPythonArguments(inside);
  return "problem" in read ? read : { name, ...read };
}
