import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { drawMachine } from "./draw-machine.ts";
import { agentOver } from "../agent/fakes.ts";

const root = join(import.meta.dirname, "../..");
export const README = join(root, "README.md");

/** The demo's real output at 80 columns. What changes with each run (ids, hours, durations) is replaced by an ellipsis. */
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

export const machine = async (): Promise<string> => drawMachine((await agentOver({})).graph);

/** The README with its written parts made anew. */
export async function freshReadme(): Promise<string> {
  const fill = (text: string, name: string, language: string, body: string): string =>
    text.replace(
      new RegExp(`(<!-- ${name}[^>]*-->\n)[\\s\\S]*?(<!-- /${name} -->)`),
      (_, open: string, close: string) => `${open}\`\`\`${language}\n${body}\n\`\`\`\n${close}`,
    );
  const text = readFileSync(README, "utf8");
  return fill(fill(text, "demo", "text", demoOutput()), "machine", "mermaid", await machine());
}
