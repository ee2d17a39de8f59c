import { readFileSync } from "node:fs";
import { z } from "zod";
import { redactedUrl } from "../connectors/http/redact.ts";
import { IncidentError } from "../domain/errors.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export const Milliseconds = z.coerce.number().int().positive();

/** Treats an empty variable as not set. */
export const set = (value: string | undefined): string | undefined =>
  value === undefined || value === "" ? undefined : value;

/**
 * Reads a secret from `NAME`, or from the file that `NAME_FILE` names.
 *
 * @throws {IncidentError} CONFIG when that file cannot be read.
 */
export function secret(env: Env, name: string): string | undefined {
  const direct = set(env[name]);
  const path = set(env[`${name}_FILE`]);
  if (direct !== undefined || path === undefined) return direct;
  try {
    return set(readFileSync(path, "utf8").trim());
  } catch (cause) {
    throw new IncidentError("CONFIG", `${name}_FILE names ${path}, which cannot be read`, {
      hint: `Check the path in ${name}_FILE and the permissions of that file.`,
      cause,
    });
  }
}

/** Reads and checks a variable. @throws {IncidentError} CONFIG naming the variable. */
export function fromEnv<T>(env: Env, name: string, schema: z.ZodType<T>): T | undefined {
  const text = set(env[name]);
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new IncidentError("CONFIG", `${name}="${text}" is not valid: ${parsed.error.issues[0]?.message ?? ""}`, {
    hint: `Set ${name} to a valid value, or unset it.`,
  });
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
