import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { LogQuery } from "./questions/ask.ts";

/** Parses a log query from JSON. @throws {IncidentError} BAD_INPUT, naming each invalid field. */
export function parseLogQuery(text: string): LogQuery {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", "the query is not JSON", {
      hint: 'Write it like {"where":{"severity":"error"},"groupBy":"template","measure":"count"}.',
      cause,
    });
  }
  const parsed = LogQuery.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new IncidentError("BAD_INPUT", `the query is invalid:\n${z.prettifyError(parsed.error)}`, {
    hint: "Fields: where, groupBy, measure, against, limit.",
  });
}
