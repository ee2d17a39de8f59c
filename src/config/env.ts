import { readFileSync } from "node:fs";
import { z } from "zod";
import { excerpt, redactedUrl } from "../connectors/http/redact.ts";
import { IncidentError } from "../domain/errors.ts";
import { Count } from "./numbers.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export const Milliseconds = Count;

/** Treats an empty variable as not set. */
export const set = (value: string | undefined): string | undefined =>
  value === undefined || value === "" ? undefined : value;

/**
 * Reads a secret from `NAME`, or from the file that `NAME_FILE` names.
 *
 * @throws {IncidentError} CONFIG when that file cannot be read or is empty.
 */
export function secret(env: Env, name: string): string | undefined {
  const direct = set(env[name]);
  const path = set(env[`${name}_FILE`]);
  return direct !== undefined || path === undefined
    ? direct
    : secretIn(path, { setting: `${name}_FILE`, direct: name });
}

/**
 * Reads a secret from a file.
 *
 * @param setting names the file. @param direct holds the secret itself.
 * @throws {IncidentError} CONFIG when that file cannot be read or is empty.
 */
export function secretIn(path: string, { setting, direct }: { setting: string; direct: string }): string {
  const unusable = (why: string, cause?: unknown): IncidentError =>
    new IncidentError("CONFIG", `${setting} names ${pathShown(path)}, which ${why}`, {
      hint: PATH.test(path)
        ? `Check the path in ${setting}, and the content and the permissions of that file.`
        : `If its value is the secret itself, set ${direct} instead. Otherwise give the path from its root.`,
      // a cause quotes the path
      cause: PATH.test(path) ? cause : undefined,
    });
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim(); // editors and `echo` end a file with a line break
  } catch (cause) {
    throw unusable(unreadable(cause), cause);
  }
  if (text === "") throw unusable("is empty");
  return text;
}

const PATH = /^\.{0,2}\//;
/** Who confuses the two variables has the secret in the place of the path. */
const pathShown = (path: string): string => (PATH.test(path) ? excerpt(path, []) : "a file (not shown)");

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EISDIR: "is a folder",
  EACCES: "this process may not read",
};

/** Why a file cannot be read, as the end of a sentence about it. */
export const unreadable = (cause: unknown): string =>
  (cause instanceof Error && "code" in cause && typeof cause.code === "string" ? UNREADABLE[cause.code] : undefined) ??
  "cannot be read";

/** Reads and checks a variable. @throws {IncidentError} CONFIG naming the variable. */
export function fromEnv<T>(env: Env, name: string, schema: z.ZodType<T>): T | undefined {
  const text = set(env[name]);
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new IncidentError(
    "CONFIG",
    `${name}="${excerpt(text, [])}" is not valid: ${parsed.error.issues[0]?.message ?? ""}`,
    {
      hint: `Set ${name} to a valid value, or unset it.`,
    },
  );
}

/** Splits a list of folders as in PATH. */
export const pathList = (value: string | undefined): readonly string[] | undefined =>
  set(value)
    ?.split(":")
    .filter((dir) => dir !== "");

/** Removes user info and query, which may hold secrets, from an address. */
export const maskedUrl = (url: string): string => redactedUrl(url);

/** Replaces a secret by `(set)`. */
export const maskedSecret = (value: string | null): string | null => (value === null ? null : "(set)");
