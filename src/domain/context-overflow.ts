import { IncidentError } from "./errors.ts";

/**
 * A request longer than the model's context. The caller may send a shorter one.
 *
 * `contextTokens`: the model's limit, answer included. `requestTokens`: the length of the request. Null if unknown.
 */
export class ContextOverflow extends IncidentError {
  readonly contextTokens: number | null;
  readonly requestTokens: number | null;

  constructor(at: string, tokens: { contextTokens: number | null; requestTokens: number | null }) {
    const { contextTokens, requestTokens } = tokens;
    const size = requestTokens === null ? "" : ` of about ${requestTokens} tokens`;
    const limit = contextTokens === null ? "its context" : `its context of ${contextTokens} tokens`;
    super("REJECTED", `a request${size} does not fit ${at}: it is longer than ${limit}`, {
      hint: "Use a model with a longer context, or start its server with one.",
    });
    this.contextTokens = contextTokens;
    this.requestTokens = requestTokens;
  }
}
