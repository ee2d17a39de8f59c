import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { BACKEND_VARIABLES } from "../../src/config/backends/settings.ts";
import { ConfigFile } from "../../src/config/file.ts";
import { BACKEND_PREFIXES } from "../../src/config/sources.ts";
import { loadConfig } from "../../src/config.ts";
import { NO_HOME } from "../no-home.ts";

const root = join(import.meta.dirname, "../..");

type Setting = { variables: string[]; keys: string[]; defaultText: string };

const codeIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

/** The rows of the tables in docs/configuration.md. */
const documented: Setting[] = readFileSync(join(root, "docs/configuration.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| Environment variable"))
  .map((line) => line.slice(2).split(" | "))
  .map(([variables = "", keys = "", defaultText = ""]) => ({
    variables: codeIn(variables),
    keys: codeIn(keys),
    defaultText,
  }));

/** Environment variables that the code reads; `secret` reads `NAME_FILE` too. The lab is another program. */
function variablesRead(): string[] {
  const files = globSync("src/**/*.ts", { cwd: root }).filter((file) => !file.startsWith("src/lab/"));
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const direct = [...text.matchAll(/\b(?:env|ENVIRONMENT)\.([A-Z][A-Z_]+|[a-z]+_proxy)\b/g)].map(
      ([, name]) => name ?? "",
    );
    const destructured = [...text.matchAll(/\{ ([A-Z][A-Z_, ]+) \}(?:: Env| = (?:io\.env|ENVIRONMENT))/g)].flatMap(
      ([, names = ""]) => names.split(", "),
    );
    const checked = [...text.matchAll(/\bfromEnv\(\s*env,\s*"(\w+)"/g)].map(([, name]) => name ?? "");
    const secrets = [...text.matchAll(/\bsecret(?:sOf)?\(\s*env,\s*"(\w+)"/g)].flatMap(([, name]) => [
      name ?? "",
      `${name}_FILE`,
    ]);
    return [...direct, ...destructured, ...checked, ...secrets];
  });
}

/** The variables of a telemetry backend: each prefix's address, and the others once, as `PREFIX_TOKEN`. */
const backendVariables = (): string[] => [
  ...BACKEND_PREFIXES.map((prefix) => `${prefix}_URL`),
  ...BACKEND_VARIABLES.filter((name) => name !== "URL").map((name) => `PREFIX_${name}`),
];

type JsonSchema = { properties?: Record<string, JsonSchema>; anyOf?: JsonSchema[] };

/** Dotted paths of a schema's leaves. Of a union with an object, the object's. */
function leaves(schema: JsonSchema, path: string[] = []): string[] {
  const properties = schema.properties ?? schema.anyOf?.find((option) => option.properties)?.properties;
  if (properties === undefined) return [path.join(".")];
  return Object.entries(properties).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

const sortedSet = (names: readonly string[]): string[] => [...new Set(names)].toSorted();

it("documents every environment variable that the code reads, and no other", () => {
  expect(sortedSet(documented.flatMap(({ variables }) => variables))).toEqual(
    sortedSet([...variablesRead(), ...backendVariables()]),
  );
});

it("documents every key of the configuration file, and no other", () => {
  const schema = z.toJSONSchema(ConfigFile, { io: "input", unrepresentable: "any" }) as JsonSchema;
  expect(sortedSet(documented.flatMap(({ keys }) => keys))).toEqual(sortedSet(leaves(schema)));
});

it("documents each setting once", () => {
  const names = documented.flatMap(({ variables, keys }) => [...variables, ...keys]);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

it("gives the defaults that are in force", () => {
  const config: unknown = loadConfig(
    { home: NO_HOME },
    {
      OPENAI_API_KEY: "k",
      OPENAI_EMBEDDING_MODEL: "text-embedding-3-small",
      QDRANT_URL: "http://qdrant:6333",
      SLACK_BOT_TOKEN: "xoxb",
    },
  );
  const inForce = (key: string): unknown =>
    key.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], config);
  const literal = documented.flatMap(({ keys: [key = ""], defaultText }) => {
    const text = /^`?([\w:/.-]+)`?$/.exec(defaultText)?.[1];
    const value = inForce(key);
    return text === undefined || ["string", "number", "boolean"].every((type) => typeof value !== type)
      ? []
      : [{ key, text, value: String(value) }];
  });
  expect(literal.length).toBeGreaterThan(15);
  expect(literal.filter(({ text, value }) => text !== value)).toEqual([]);
});
