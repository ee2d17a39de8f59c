import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { LogQuery } from "./questions/ask.ts";

/** Reads a question to logs from JSON. @throws {IncidentError} BAD_INPUT naming what does not fit. */
export function parseLogQuery(text: string): LogQuery {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", "the query is not JSON", {
      hint: 'Such as {"where":{"severity":"error"},"groupBy":"template","measure":"count"}.',
      cause,
    });
  }
  const parsed = LogQuery.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new IncidentError("BAD_INPUT", `the query does not fit:\n${z.prettifyError(parsed.error)}`, {
    hint: "Fields: where, groupBy, measure, against, limit.",
  });
}
