import { readFileSync } from "node:fs";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { unreadable } from "./env.ts";
import { withSuggestions } from "./nearest-key.ts";
import { withLineNumbers } from "./yaml-lines.ts";

/** Characters. No one writes more settings by hand. */
const MAX_LENGTH = 1024 * 1024;
/** A few aliases of aliases make gigabytes of a small file. */
const MAX_ALIASES = 100;

/**
 * Reads and checks a YAML file; an empty file gives `{}`.
 *
 * @param what names the file in messages. @param hint what to do about an error. @param withLines name the line of
 *   each wrong key.
 * @throws {IncidentError} CONFIG naming each wrong key, or the line that is not YAML.
 */
export function readYamlFile<T>(
  path: string,
  schema: z.ZodType<T>,
  { what, hint, withLines = false }: { what: string; hint: string; withLines?: boolean },
): T {
  const fail = (why: string, cause: unknown): IncidentError =>
    new IncidentError("CONFIG", `${what} ${path} ${why}`, { hint, cause });
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw fail(unreadable(cause), cause);
  }
  if (text.length > MAX_LENGTH) throw fail(`is larger than ${MAX_LENGTH / 1024} KiB`, undefined);
  let content: unknown;
  try {
    // "silent" would accept half a file
    content = parseYaml(text, { logLevel: "error", maxAliasCount: MAX_ALIASES }) ?? {};
  } catch (cause) {
    throw fail(notYaml(cause), cause);
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const error = withSuggestions(schema, parsed.error);
  throw fail(`is not valid:\n${z.prettifyError(withLines ? withLineNumbers(error, text) : error)}`, parsed.error);
}

function notYaml(cause: unknown): string {
  if (cause instanceof YAMLParseError) return `is not YAML: ${cause.message.split("\n")[0]?.replace(/:$/, "")}`;
  if (cause instanceof ReferenceError && /alias/i.test(cause.message))
    return /excessive/i.test(cause.message)
      ? `repeats parts of itself (\`*name\`) more than ${MAX_ALIASES} times`
      : `is not YAML: ${cause.message}`;
  return "is not YAML that can be read";
}
