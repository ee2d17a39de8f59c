import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CAUSES } from "../../../src/rca/catalogue.ts";
import { FAILURE_SIGNATURES } from "../../../src/rca/signatures/catalogue.ts";
import { compilePhrase } from "../../../src/rca/signatures/phrase.ts";
import { readFailure } from "../../../src/rca/signatures/read-failure.ts";
import { cpuMs } from "../../cpu-time.ts";

const linesOf = (file: string): string[] =>
  readFileSync(join(import.meta.dirname, "lines", file), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

const EXAMPLES = ["systems.txt", "stores.txt", "programs.txt"].flatMap(linesOf).map((row) => {
  const [id = "", peer = "", ...line] = row.split(" | ");
  return { id, peer, line: line.join(" | ") };
});

it("holds at least 220 signatures, each with an id and causes of the catalogue", () => {
  const causes = new Set([...CAUSES.map(({ id }) => id), "unknown"]);
  expect(FAILURE_SIGNATURES.length).toBeGreaterThanOrEqual(220);
  expect(new Set(FAILURE_SIGNATURES.map(({ id }) => id)).size).toBe(FAILURE_SIGNATURES.length);
  expect(FAILURE_SIGNATURES.filter(({ cause }) => !causes.has(cause))).toEqual([]);
});

it("has a line as really written for every signature that blames somebody", () => {
  const shown = new Set(EXAMPLES.map(({ id }) => id));
  expect(FAILURE_SIGNATURES.filter(({ id, blames }) => blames !== "nobody" && !shown.has(id))).toEqual([]);
});

it.each(EXAMPLES)("reads $id in: $line", ({ id, peer, line }) => {
  const reading = readFailure(line);
  const host = peer === "-" ? "-" : reading?.peer?.host;
  expect([reading?.signature.id, host]).toEqual([id, peer.split("/")[0]]);
});

it.each(linesOf("healthy.txt"))("reads no failure in: %s", (line) => {
  const reading = readFailure(line);
  expect(reading === null || reading.signature.weight === 0 ? null : reading).toBeNull();
});

it("uses patterns that a linear-time engine can run", () => {
  const sources = FAILURE_SIGNATURES.flatMap(({ phrases }) =>
    phrases.map((phrase) => compilePhrase(phrase).pattern.source),
  );
  expect(sources.filter((source) => /\(\?[=!<]|\\[1-9]|[*+]\)?[*+]/.test(source))).toEqual([]);
});

it("reads the longest hostile line within a second", () => {
  const hostile = ["connection refused (", "a.b:", "[", '"', "no ", "dial tcp ", "=", "1 "].map((part) =>
    part.repeat(2000),
  );
  expect(cpuMs(() => hostile.forEach((line) => readFailure(line)))).toBeLessThan(1000);
});

describe("the innermost cause", () => {
  it("decides over the outer message, which names the peer", () => {
    const reading = readFailure(
      "2026-03-01 10:00:00 ERROR [main] c.a.Capture : Call to payment-vault failed\n" +
        "org.springframework.web.client.ResourceAccessException: I/O error on POST request\n" +
        "\tat c.a.Capture.run(Capture.java:12)\n" +
        "Caused by: javax.net.ssl.SSLHandshakeException: certificate has expired\n" +
        "\tat sun.security.ssl.Alert.of(Alert.java:131)\n\t... 12 more",
    );
    expect(reading).toMatchObject({ signature: { id: "tls.expired" }, peer: { host: "payment-vault" } });
  });
  it("is a database's answer that the client relays", () => {
    const reading = readFailure(
      "ERROR Statement failed\nCaused by: org.postgresql.util.PSQLException: ERROR: could not extend file: No space left on device",
    );
    expect(reading).toMatchObject({ signature: { cause: "disk_full" }, relayedFrom: "postgres" });
  });
});
