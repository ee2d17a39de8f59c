import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { Answerer } from "./answerer.ts";
import { checkedAnswer } from "./checked-answer.ts";
import { type ReceivedRequest, toolsOf } from "./completion-request.ts";
import type { TokenCounter } from "./count-tokens.ts";
import type { LineReader } from "./lines.ts";
import { HELP, readCommand, type TypedCommand } from "./read-command.ts";
import { type RequestView, showRequest, showTool, showToolList } from "./show-request.ts";
import { WrittenAnswer } from "./written-answer.ts";

export type Terminal = {
  lines: LineReader;
  /** Prints whole lines. */
  print(text: string): void;
  /** Invites to type; nothing if nobody sits at a terminal. */
  prompt(text: string): void;
  width(): number;
  wrap(text: string, width: number): string;
};

/** Shows each request to a person, who types the answer. An answer that does not fit the request is not sent. */
export function byHand(terminal: Terminal, tokens: TokenCounter): Answerer {
  const earlier: RequestView[] = [];
  const { lines, print, prompt } = terminal;
  return {
    name: "a person",
    async answer(received, signal) {
      const view = {
        title: `Request ${received.number} to ${received.request.model}`,
        tokens: tokens.request(received.request),
        request: received.request,
      };
      print(showRequest(view, earlier, terminal.width(), terminal.wrap));
      earlier.push(view);
      let typed = "";
      for (;;) {
        prompt(typed === "" ? "answer> " : "   ...> ");
        const line = await nextLine(lines, signal, () =>
          print(`\nRequest ${received.number} was withdrawn: the client has gone.`),
        );
        // an empty line gives up JSON that cannot be completed
        const whole = typed === "" ? line : `${typed}\n${line}`;
        const command = readCommand(whole, received.request);
        if (command.kind === "more" && (line.trim() !== "" || whole.includes('"""'))) {
          typed = whole;
          continue;
        }
        typed = "";
        if (command.kind === "more") print("The JSON has no end. Try again.");
        else if (command.kind === "problem") print(command.what);
        else if (command.kind === "view") print(textOfView(command, view, terminal));
        else {
          const problems = problemsOfTyped(command.written, received, tokens);
          if (problems.length === 0) {
            print(`Sent (request ${received.number}).\n`);
            return command.written;
          }
          print(`Not sent:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
        }
      }
    },
  };
}

async function nextLine(lines: LineReader, signal: AbortSignal, onWithdrawn: () => void): Promise<string> {
  let line: string | null;
  try {
    line = await lines.next(signal);
  } catch (error) {
    onWithdrawn();
    throw error;
  }
  if (line !== null) return line;
  throw new IncidentError("BAD_RESPONSE", "nobody is left to answer: standard input has ended", {
    hint: "Start `causeway model serve --stdin` in a terminal, or answer by --script, --exec or --replay.",
  });
}

function problemsOfTyped(typed: WrittenAnswer, received: ReceivedRequest, tokens: TokenCounter): string[] {
  const written = WrittenAnswer.safeParse(typed);
  if (!written.success) return [z.prettifyError(written.error)];
  const checked = checkedAnswer(written.data, received.request, tokens);
  return "problems" in checked ? checked.problems : [];
}

function textOfView(
  { what, tool }: Extract<TypedCommand, { kind: "view" }>,
  view: RequestView,
  { width, wrap }: Pick<Terminal, "width" | "wrap">,
): string {
  const tools = toolsOf(view.request);
  switch (what) {
    case "help":
      return HELP;
    case "raw":
      return JSON.stringify(view.request, null, 2);
    case "request":
      return showRequest(view, [], width(), wrap);
    case "tools": {
      const one = tools.find(({ name }) => name === tool);
      if (tool !== undefined) return one === undefined ? `It has no tool ${tool}.` : showTool(one, width(), wrap);
      return tools.length === 0 ? "It offers no tools." : showToolList(tools, width(), wrap);
    }
  }
}
