import { type Case, plantedCases } from "./plant.ts";
import { ALARM_MS } from "../agent/fakes.ts";

/** Values that no way out may show, and the recording that holds them. */
export type PlantedIncident = { cases: readonly Case[]; files: Record<string, string> };

const nanos = (ms: number): string => `${ms}000000`;

/**
 * A recording in which every planted value stands in error lines of the incident, often enough to become evidence, and
 * others in its alerts and changes. The kinds whose value is a line break, or that only their field shows, are left to
 * the tests of the rules.
 */
export function plantedIncident(seed: number): PlantedIncident {
  const cases = plantedCases(seed, 1).filter(({ text }) => !text.includes("\n") && text.length < 400);
  const [logged, other] = [cases.filter((_, at) => at % 4 !== 0), cases.filter((_, at) => at % 4 === 0)];
  const quiet = Array.from({ length: 240 }, (_, at) => ({
    atMs: ALARM_MS - 3_600_000 + at * 12_000,
    body: `INFO took ${at} ms`,
  }));
  const loud = logged.flatMap(({ text }, kind) =>
    Array.from({ length: 12 }, (_, at) => ({ atMs: ALARM_MS + at * 40_000 + kind, body: `ERROR ${text}` })),
  );
  const lines = [...quiet, ...loud].toSorted((a, b) => a.atMs - b.atMs);
  return {
    cases,
    files: {
      "logs.jsonl": jsonl(
        lines.map(({ atMs, body }) => ({ timeUnixNano: nanos(atMs), service: "stock", pod: "stock-0", body })),
      ),
      "alerts.jsonl": jsonl(
        other.map(({ text }, at) => ({
          timeUnixMs: ALARM_MS + at,
          entity: "stock",
          entityKind: "service",
          signal: "metric",
          name: `StockBroken${at}`,
          direction: "up",
          peer: null,
          count: 1,
          message: text.slice(0, 400),
        })),
      ),
      "changes.jsonl": jsonl(
        other.slice(0, 8).map(({ text }, at) => ({
          timeUnixMs: ALARM_MS - 60_000 - at,
          entity: "stock",
          kind: "config",
          id: `cfg-${at}`,
          summary: text,
        })),
      ),
    },
  };
}

const jsonl = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Shorter values are found by chance in numbers and ids. */
const SHORTEST = 8;

/** The planted values that stand in captured bytes: whole, or most of a long one; as they are or percent-encoded. */
export const leftIn = (bytes: string, cases: readonly Case[]): string[] =>
  cases
    .filter(({ value }) => value.length >= SHORTEST)
    .filter(({ value }) =>
      [value, encodeURIComponent(value), value.slice(0, Math.max(SHORTEST, Math.ceil(value.length * 0.7)))].some(
        (part) => bytes.includes(part),
      ),
    )
    .map(({ kind, value }) => `${kind}: ${value}`);
