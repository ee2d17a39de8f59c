import { readFileSync } from "node:fs";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";

/**
 * A YAML file, checked; an empty one holds nothing.
 *
 * @param what it is called in what a person is told. @param hint what to do.
 * @throws {IncidentError} CONFIG naming each key that is wrong, or the line where it stops being YAML.
 */
export function readYamlFile<T>(path: string, schema: z.ZodType<T>, { what, hint }: { what: string; hint: string }): T {
  const fail = (why: string, cause: unknown): IncidentError =>
    new IncidentError("CONFIG", `${what} ${path} ${why}`, { hint, cause });
  let content: unknown;
  try {
    content = parseYaml(readFileSync(path, "utf8"), { logLevel: "error" }) ?? {}; // "silent" would take half a file for the whole
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
