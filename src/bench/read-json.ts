import { readFile } from "node:fs/promises";
import { z } from "zod";
import { IncidentError, messageOf } from "../domain/errors.ts";

const textOf = (path: string, what: string): Promise<string> =>
  readFile(path, "utf8").catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `cannot read ${what} ${path}`, { hint: "Check the path.", cause });
  });

function parsed<T>(text: string, schema: z.ZodType<T>, where: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", `${where}: not JSON (${messageOf(cause)})`, {
      hint: "Check the file.",
      cause,
    });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new IncidentError("BAD_INPUT", `${where}: ${z.prettifyError(result.error)}`, { hint: "Check the file." });
}

/** @throws {IncidentError} NOT_FOUND when the file cannot be read; BAD_INPUT when `schema` does not describe it. */
export const readJsonFile = async <T>(path: string, schema: z.ZodType<T>, what: string): Promise<T> =>
  parsed(await textOf(path, what), schema, path);

/**
 * One value for each line that is not blank.
 *
 * @throws {IncidentError} as `readJsonFile`, naming the line; BAD_INPUT when there is none.
 */
export async function readJsonLines<T>(path: string, schema: z.ZodType<T>, what: string): Promise<T[]> {
  const lines = (await textOf(path, what)).split("\n");
  const values = lines.flatMap((line, at) =>
    line.trim() === "" ? [] : [parsed(line, schema, `${path}, line ${at + 1}`)],
  );
  if (values.length === 0)
    throw new IncidentError("BAD_INPUT", `${path} holds no line`, { hint: "Give a file with one JSON object a line." });
  return values;
}
