import { createInterface } from "node:readline/promises";
import { REJECTION_REASONS, type RejectionReason } from "../domain/action.ts";
import { reasonLabel } from "../render/labels.ts";
import type { Io } from "./io.ts";

/** Asks why an action is rejected. @returns undefined without a terminal, and for an empty or unknown answer. */
export async function askReason(io: Io): Promise<RejectionReason | undefined> {
  const input = io.stdin();
  const isTerminal = io.stdout.isTTY === true && "isTTY" in input && input.isTTY === true;
  if (!isTerminal) return undefined;
  const lines = createInterface({ input, output: io.stderr });
  try {
    const choices = REJECTION_REASONS.map((reason, at) => `  ${at + 1}  ${reasonLabel(reason)}`).join("\n");
    const answer = await lines.question(
      `Why do you reject it? The memory learns from it.\n${choices}\nNumber (Enter: do not say): `,
      {
        signal: io.signal,
      },
    );
    return REJECTION_REASONS[Number(answer.trim()) - 1];
  } finally {
    lines.close();
  }
}
