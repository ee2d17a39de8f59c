import { type ClusterAnswer, FILE_TOOL } from "../domain/telemetry.ts";
import { readAnswers, type ToolAnswer } from "./answers.ts";
import { readPasted } from "./pasted/read-pasted.ts";

/** The answers of tools, and those that files hold. `skipped`: what could not be read, with the file that holds it. */
export function readTools(answers: readonly ClusterAnswer[]): { tools: ToolAnswer[]; skipped: string[] } {
  const files = answers.map((answer) => {
    if (answer.tool !== FILE_TOOL) return { answers: readAnswers([answer]), skipped: [] };
    const path = String(answer.args.path ?? "");
    const source = `${answer.tool}:${JSON.stringify(answer.args)}`;
    const { answers: found, skipped } = readPasted(answer.text, { path, source });
    return { answers: found, skipped: skipped.map((what) => `${path}: ${what}`) };
  });
  return { tools: files.flatMap((file) => file.answers), skipped: files.flatMap(({ skipped }) => skipped) };
}
