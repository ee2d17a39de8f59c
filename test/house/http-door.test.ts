import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const src = join(import.meta.dirname, "../../src");
const sources = globSync("**/*.ts", { cwd: src });
/** The lab's shop is another program: it talks to its own processes. */
const isDoor = (file: string): boolean => /^connectors\/http(?:\.ts$|\/)/.test(file) || file.startsWith("lab/");

/** Requests made past the door: undici, the global fetch, Node's own clients. */
const CLIENTS: readonly RegExp[] = [
  /from "undici"|import\("undici"\)/,
  /(?<![.\w]|async )fetch\((?!request: Request)/,
  /globalThis\.fetch(?!;|\)|,| =)/,
  /\bhttps?\.(?:get|request)\(|import \{[^}]*\b(?:get|request)\b[^}]*\} from "node:https?"/,
];

it("sends HTTP requests through connectors/http.ts only", () => {
  const strays = sources
    .filter((file) => !isDoor(file))
    .flatMap((file) =>
      readFileSync(join(src, file), "utf8")
        .split("\n")
        .flatMap((line, at) =>
          CLIENTS.some((client) => client.test(line)) ? [`${file}:${at + 1}: ${line.trim()}`] : [],
        ),
    );
  expect(strays).toEqual([]);
});

it("finds the clients that it forbids", () => {
  const forbidden = ['import { Agent } from "undici";', "await fetch(url)", 'import { request } from "node:http";'];
  const allowed = ["boss.fetch(queue)", "async fetch(request) {", "fetch: typeof globalThis.fetch;"];
  expect(forbidden.filter((line) => !CLIENTS.some((client) => client.test(line)))).toEqual([]);
  expect(allowed.filter((line) => CLIENTS.some((client) => client.test(line)))).toEqual([]);
});
