import { type ClusterAnswer, FILE_TOOL } from "../domain/telemetry.ts";
import { readAnswers, type ToolAnswer } from "./answers.ts";
import { readPasted } from "./pasted/read-pasted.ts";
import { yamlBudget } from "./pasted/yaml-parts.ts";

/** Files without anything about a cluster that are named; a bundle has many. */
const MAX_NAMED = 3;

function nothingIn(paths: readonly string[]): string[] {
  if (paths.length <= MAX_NAMED) return paths.map((path) => `${path}: nothing in it is about a cluster`);
  const named = paths.slice(0, MAX_NAMED).join(", ");
  return [`${paths.length} files hold nothing about a cluster: ${named} and ${paths.length - MAX_NAMED} more`];
}

/** The answers of tools, and those that files hold. `skipped`: what could not be read, with the file that holds it. */
export function readTools(answers: readonly ClusterAnswer[]): { tools: ToolAnswer[]; skipped: string[] } {
  const empty: string[] = [];
  const yaml = yamlBudget();
  const files = answers.map((answer) => {
    if (answer.tool !== FILE_TOOL) return { answers: readAnswers([answer]), skipped: [] };
    const path = String(answer.args.path ?? "");
    const source = `${answer.tool}:${JSON.stringify(answer.args)}`;
    const { answers: found, skipped } = readPasted(answer.text, { path, source }, yaml);
    if (found.length === 0 && skipped.length === 0) empty.push(path);
    return { answers: found, skipped: skipped.map((what) => `${path}: ${what}`) };
  });
  return {
    tools: files.flatMap((file) => file.answers),
    skipped: [...files.flatMap(({ skipped }) => skipped), ...nothingIn(empty)],
  };
}
