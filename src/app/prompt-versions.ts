import { ALL_PROMPTS } from "../llm/all-prompts.ts";

/** The version in force of each prompt, by name. */
export const promptVersions = (): Record<string, number> =>
  Object.fromEntries(ALL_PROMPTS.map(({ name, version }) => [name, version]));
