import type { TelemetryQuery } from "../../domain/query.ts";
import type { ServerRule } from "./client.ts";
import { selectorsOf } from "./expression.ts";

type Fetch = { signal?: AbortSignal | undefined };

/** The expressions of the rules: an alert names its own, else the server's rule of that name has it. */
export async function rulesWithExpressions(
  { rules }: TelemetryQuery,
  serverRules: (fetch: Fetch) => Promise<ServerRule[]>,
  fetch: Fetch,
): Promise<string[]> {
  const known = rules.some(({ expression }) => expression === null) ? await serverRules(fetch) : [];
  return rules.flatMap(({ name, expression }) =>
    expression === null ? known.filter((rule) => rule.name === name).map((rule) => rule.expression) : [expression],
  );
}

/** The metrics that an expression reads. */
export const metricsOf = (expression: string): string[] =>
  selectorsOf(expression).flatMap((matchers) =>
    matchers.flatMap(({ label, op, value }) => (label === "__name__" && op === "=" ? [value] : [])),
  );
