import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { agentOver } from "../agent/fakes.ts";
import { drawGraph } from "./draw-graph.ts";

const root = join(import.meta.dirname, "../..");
export const README = join(root, "README.md");
export const ARCHITECTURE = join(root, "docs/architecture.md");

/**
 * The demo's real output at 80 columns. What changes with each run (ids, hours, durations) is replaced by an ellipsis.
 */
export function demoOutput(): string {
  const printed = execFileSync(process.execPath, ["bin/causeway.js", "demo"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, COLUMNS: "80", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  return printed
    .replace(/an-[0-9a-f]{10}/g, "an-…")
    .replace(/expires .*$/gm, "expires …")
    .replace(/(no model used · ).*$/gm, "$1…")
    .trim();
}

/** Replaces the block between `<!-- name … -->` and `<!-- /name -->`. */
const fill = (text: string, name: string, language: string, body: string): string =>
  text.replace(
    new RegExp(`(<!-- ${name}[^>]*-->\n)[\\s\\S]*?(<!-- /${name} -->)`),
    (_, open: string, close: string) => `${open}\`\`\`${language}\n${body}\n\`\`\`\n${close}`,
  );

/** The pages with the demo's output and the graph as they are now, by path. */
export async function freshPages(): Promise<Map<string, string>> {
  const graph = await drawGraph((await agentOver({})).graph);
  return new Map([
    [README, fill(readFileSync(README, "utf8"), "demo", "text", demoOutput())],
    [ARCHITECTURE, fill(readFileSync(ARCHITECTURE, "utf8"), "graph", "mermaid", graph)],
  ]);
}
