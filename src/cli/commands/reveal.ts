import type { Command } from "commander";
import { loadConfig } from "../../config.ts";
import { openMasking } from "../../compose/masking.ts";
import { type Io, print, tell } from "../io.ts";

/** Longest text from standard input, characters. */
const MAX_INPUT = 64 * 1024 * 1024;

/** A mark that hides one value: ⟨email:kdmfhbtcgq⟩. */
const MARK = /⟨[a-z-]{2,20}:[a-z]{10}⟩/g;
const SHOWN_MARKS = 5;

const leftText = (left: readonly string[]): string =>
  `Not put back: ${left.slice(0, SHOWN_MARKS).join(", ")}${left.length > SHOWN_MARKS ? ` and ${left.length - SHOWN_MARKS} more` : ""}. ` +
  "Secrets and card numbers are kept nowhere. Personal data is kept only in the home folder that masked it.";

export function defineReveal(reveal: Command, io: Io): void {
  reveal
    .argument("<texts...>", "marks, or texts that contain some; - reads standard input")
    .addHelpText(
      "after",
      [
        "",
        "Marks such as ⟨email:kdmfhbtcgq⟩ stand for personal data that the store does not",
        "keep in clear text. This command shows what they stand for, on the machine with",
        "the home folder that masked them. Secrets are kept nowhere: their marks stay. To",
        "read a whole report: causeway show <analysis-id> | causeway reveal -",
      ].join("\n"),
    )
    .action(async (texts: string[]) => {
      const masking = await openMasking(loadConfig({}, io.env));
      const given = texts.length === 1 && texts[0] === "-" ? await inputText(io) : texts.join("\n");
      const shown = masking.reveal(given);
      print(io, shown);
      const left = [...new Set(shown.match(MARK))];
      if (left.length > 0) tell(io, leftText(left));
    });
}

async function inputText(io: Io): Promise<string> {
  let text = "";
  for await (const chunk of io.stdin().setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > MAX_INPUT) break;
  }
  return text;
}
