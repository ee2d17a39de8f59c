import { IncidentError } from "../../domain/errors.ts";
import { jsonShape } from "../../domain/json-shape.ts";

/** Deepest nesting. A value in a value takes four levels. */
const MAX_DEPTH = 64;
/** Lists and objects of one message. 20 MB of real records have some hundred thousand. */
const MAX_BRACKETS = 2_000_000;

/**
 * The text of a JSON body that a parser can read with bounded memory.
 *
 * @throws {IncidentError} BAD_INPUT if it is nested too deep or not UTF-8; REJECTED if it has too many values.
 */
export function checkedJson(body: Uint8Array): string {
  const { depth, brackets } = jsonShape(body);
  if (depth > MAX_DEPTH)
    throw new IncidentError("BAD_INPUT", `the body is nested deeper than ${MAX_DEPTH} levels`, {
      hint: "Flatten the attributes.",
    });
  if (brackets > MAX_BRACKETS)
    throw new IncidentError("REJECTED", "the body has too many lists and objects", {
      hint: "Send less in one request.",
    });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", "the body is not UTF-8", { hint: "Check the sender's encoding.", cause });
  }
}
