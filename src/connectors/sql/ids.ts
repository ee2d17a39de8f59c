import { IncidentError } from "../../domain/errors.ts";

const ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,199}$/;

/** @param what for messages, such as `analysis`. @throws {IncidentError} BAD_INPUT for a malformed id. */
export function checkId(what: string, id: string): void {
  if (ID.test(id)) return;
  throw new IncidentError("BAD_INPUT", `${JSON.stringify(id.slice(0, 80))} is not a valid ${what} id`, {
    hint: "An id starts with a letter or digit and has at most 200 letters, digits and . _ : @ -",
  });
}

export const notFound = (what: string, hint: string): IncidentError =>
  new IncidentError("NOT_FOUND", `there is no ${what}`, { hint });
