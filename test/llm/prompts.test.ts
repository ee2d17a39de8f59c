import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ALL_PROMPTS } from "../../src/llm/all-prompts.ts";
import { type Prompt, promptVersion } from "../../src/llm/prompt.ts";

const dir = join(import.meta.dirname, "../../src/llm/prompts");
const files = globSync("*.ts", { cwd: dir }).toSorted();
const lock: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "prompts.lock.json"), "utf8"));

const isPrompt = (value: unknown): value is Prompt =>
  typeof value === "object" && value !== null && "system" in value && "version" in value;

it("keeps every version of a prompt as it was published: a change of the text needs a new version", async () => {
  const modules = await Promise.all(files.map((file): Promise<object> => import(join(dir, file))));
  const prompts = modules.flatMap((module) => Object.values(module).filter(isPrompt));
  expect(prompts.length).toBeGreaterThan(0);
  expect(new Set(ALL_PROMPTS), "list each prompt in src/llm/all-prompts.ts").toEqual(new Set(prompts));
  const now = Object.fromEntries(
    prompts
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map((prompt) => [`${prompt.name} v${prompt.version}`, promptVersion(prompt).sha256]),
  );
  expect(now, "raise the prompt's version, and write its hash into test/llm/prompts.lock.json").toEqual(lock);
});
