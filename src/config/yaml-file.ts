import { readFileSync } from "node:fs";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";

/**
 * Reads and checks a YAML file; an empty file gives `{}`.
 *
 * @param what names the file in messages. @param hint what to do about an error.
 * @throws {IncidentError} CONFIG naming each wrong key, or the line that is not YAML.
 */
export function readYamlFile<T>(path: string, schema: z.ZodType<T>, { what, hint }: { what: string; hint: string }): T {
  const fail = (why: string, cause: unknown): IncidentError =>
    new IncidentError("CONFIG", `${what} ${path} ${why}`, { hint, cause });
  let content: unknown;
  try {
    // "silent" would accept half a file
    content = parseYaml(readFileSync(path, "utf8"), { logLevel: "error" }) ?? {};
  } catch (cause) {
    throw fail(
      cause instanceof YAMLParseError
        ? `is not YAML: ${cause.message.split("\n")[0]?.replace(/:$/, "")}`
        : "cannot be read",
      cause,
    );
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw fail(`is not valid:\n${z.prettifyError(parsed.error)}`, parsed.error);
}
