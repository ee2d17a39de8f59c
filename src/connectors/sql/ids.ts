import { IncidentError } from "../../domain/errors.ts";

const ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,199}$/;

/** @param what such as `analysis`. @throws {IncidentError} BAD_INPUT */
export function checkId(what: string, id: string): void {
  if (ID.test(id)) return;
  throw new IncidentError("BAD_INPUT", `${JSON.stringify(id.slice(0, 80))} cannot be the id of an ${what}`, {
    hint: "Ids begin with a letter or digit and hold at most 200 of letters, digits, and . _ : @ -",
  });
}

export const notThere = (what: string, hint: string): IncidentError =>
  new IncidentError("NOT_FOUND", `there is no ${what}`, { hint });
