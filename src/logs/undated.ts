import type { Finding } from "../domain/finding.ts";
import { times } from "../domain/phrasing.ts";
import type { LogInput } from "./log-input.ts";
import type { ReadRecord } from "./lines/raw-record.ts";
import { type LogSeverity, SEVERITY_WEIGHT } from "./lines/severity.ts";
import type { Statement } from "./statements.ts";

/** A statement whose lines have no time. `count`: its lines. `text`: the first of them, with its file and line. */
export type UndatedStatement = { service: string; statement: number; count: number; text: string; reference: string };

/** More services or templates than any log without times has. */
const MAX_STATEMENTS = 20_000;
const MAX_TEXT_CHARS = 500;
const MAX_QUOTED_CHARS = 120;
/** The worst statements of each service that are reported. */
const MAX_REPORTED = 3;
/** Their strength is small, because they may not belong to the incident. */
const MAX_STRENGTH = 3;
const RANK: Readonly<Record<LogSeverity, number>> = { info: 0, warn: 1, error: 2, fatal: 3 };

/** Counts the statements of lines without a time. */
export class UndatedLines {
  private readonly known = new Map<string, UndatedStatement>();

  add({ service, body }: ReadRecord, statement: number, reference: string): void {
    const key = `${service}\u0000${statement}`;
    const seen = this.known.get(key);
    if (seen !== undefined) seen.count += 1;
    else if (this.known.size < MAX_STATEMENTS)
      this.known.set(key, { service, statement, count: 1, text: body.slice(0, MAX_TEXT_CHARS), reference });
  }

  get size(): number {
    return this.known.size;
  }

  /** The statements by their final number. */
  settle(finalOf: (statement: number) => number): UndatedStatement[] {
    const joined = new Map<string, UndatedStatement>();
    for (const each of this.known.values()) {
      const statement = finalOf(each.statement);
      const key = `${each.service}\u0000${statement}`;
      const seen = joined.get(key);
      if (seen === undefined) joined.set(key, { ...each, statement });
      else seen.count += each.count;
    }
    return [...joined.values()];
  }
}

type Parts = {
  statements: readonly Statement[];
  severityOf: (statement: number) => LogSeverity;
  input: Pick<LogInput, "connector" | "query" | "incident">;
};

/**
 * The worst statements of each service whose lines have no time: errors and worse, most severe and most frequent first.
 */
export function undatedFindings(
  undated: readonly UndatedStatement[],
  { statements, severityOf, input }: Parts,
): Finding[] {
  const bad = undated.filter(({ statement }) => RANK[severityOf(statement)] >= RANK.error);
  return [...Map.groupBy(bad, ({ service }) => service).values()].flatMap((own) =>
    own
      .toSorted((a, b) => RANK[severityOf(b.statement)] - RANK[severityOf(a.statement)] || b.count - a.count)
      .slice(0, MAX_REPORTED)
      .map(({ service, statement, count, text, reference }): Finding => {
        const { text: template = "", level = null } = statements[statement] ?? {};
        const severity = severityOf(statement);
        const quoted = template.length <= MAX_QUOTED_CHARS ? template : `${template.slice(0, MAX_QUOTED_CHARS - 1)}…`;
        return {
          signal: "log",
          kind: "log.undated",
          entity: { id: service, kind: "service" },
          strength: Math.min(MAX_STRENGTH, (SEVERITY_WEIGHT[severity] * Math.log10(1 + count)) / 2),
          onsetMs: null,
          peer: null,
          summary: `${service} logs "${quoted}" ${times(count)}, undated: its lines have no time`,
          evidence: {
            connector: input.connector,
            query: `${input.query} ${reference}`,
            window: input.incident.window,
            facts: { service, severity, level, countAfter: count, dated: "no" },
            template: template.slice(0, MAX_TEXT_CHARS),
            exemplar: text,
          },
        };
      }),
  );
}
