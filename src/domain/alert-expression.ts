import type { Alert } from "./telemetry.ts";

/**
 * The expression of an alert's rule; null if it is unknown. Prometheus links an alert to its graph page, whose
 * parameter
 * `g0.expr` is the expression.
 */
export const expressionOf = ({ expression, links = {} }: Pick<Alert, "expression" | "links">): string | null =>
  expression ?? Object.values(links).flatMap((link) => URL.parse(link)?.searchParams.get("g0.expr") ?? [])[0] ?? null;
