import type { ChatModel, ModelReply, ModelRoutes } from "../domain/chat-model.ts";
import { ContextOverflow } from "../domain/context-overflow.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Claim, ClaimWriter, ExplainInput, ModelUse } from "../domain/ports.ts";
import { cascade, type CascadeResult } from "./cascade.ts";
import { claimPrompt, MAX_PROMPT_LENGTH, namesOf } from "./claim-prompt.ts";
import { CLAIMS_FORM, type ClaimsAnswer } from "./claims-answer.ts";
import { nameBook } from "./quoting/names.ts";
import { EXPLAIN } from "./prompts/explain.ts";
import { structured, type StructuredAnswer } from "./structured.ts";
import { verifyClaims } from "./verify-claims.ts";

/** Characters of a prompt for which a context must have room: the rules and the first findings. */
const LEAST_PROMPT_LENGTH = 3500;
/** Tokens left for the answer and the form of the request. */
const KEPT_TOKENS = 1200;
const CHARACTERS_PER_TOKEN = 3;

/**
 * Writes claims with the models of the task `explain`: with the cheapest whose claims cite what exists and speak about
 * the first cause. A prompt that does not fit a model is cut: the weakest findings are left out.
 *
 * @param k samples of a model whose first answer does not satisfy; 1: no more.
 */
export const claimWriter = (models: ModelRoutes, { k }: { k: number }): ClaimWriter => ({
  async writeClaims(input, { context, signal, onUse }) {
    const use: ModelUse = { inputTokens: 0, outputTokens: 0 };
    const count = (spent: ModelUse | null): void => {
      if (spent === null) return;
      use.inputTokens += spent.inputTokens;
      use.outputTokens += spent.outputTokens;
      onUse?.(spent);
    };
    const result = await cascade<ClaimsAnswer>({
      models: models.modelsFor("explain", context),
      own: null,
      ask: (model, sample) => fitting(model, input, { sample, judge: models.judge, onReply: count, signal }),
      verify: ({ claims }) => verifyClaims(claims, input),
      keyOf: ({ claims }) => JSON.stringify(claims),
      k,
      judge: models.judge,
    });
    signal?.throwIfAborted();
    if (result.value === null || result.model === null) throw failureOf(result);
    return { claims: result.value.claims, use, model: result.model };
  },
});

type Asking = {
  sample: number;
  judge: ModelRoutes["judge"];
  onReply: (use: ModelReply["use"]) => void;
  signal: AbortSignal | undefined;
};

/** Asks with the longest prompt that the model takes. @throws {ContextOverflow} if none fits */
async function fitting(model: ChatModel, input: ExplainInput, asking: Asking): Promise<StructuredAnswer<ClaimsAnswer>> {
  let length = Math.min(MAX_PROMPT_LENGTH, lengthFor(model.contextTokens ?? null));
  for (;;) {
    try {
      const { user } = claimPrompt(input, length);
      const question = { task: "explain", prompt: EXPLAIN, data: user, form: CLAIMS_FORM } as const;
      const answer = await structured(model, { ...question, maxOutputTokens: null, ...asking });
      return answer.kind === "answer" ? { ...answer, value: { claims: restored(answer.value.claims, input) } } : answer;
    } catch (error) {
      const known = error instanceof ContextOverflow ? lengthFor(error.contextTokens) : 0;
      const next = Math.floor(Math.min(length / 2, known));
      if (!(error instanceof ContextOverflow) || next < LEAST_PROMPT_LENGTH) throw error;
      length = next;
    }
  }
}

/** A model answers with the handles that it saw; people read names. */
function restored(claims: readonly Claim[], input: ExplainInput): Claim[] {
  const book = nameBook(namesOf(input));
  return claims.map((claim) => ({ ...claim, text: book.restored(claim.text) }));
}

const lengthFor = (contextTokens: number | null): number =>
  contextTokens === null
    ? MAX_PROMPT_LENGTH
    : Math.max(LEAST_PROMPT_LENGTH, (contextTokens - KEPT_TOKENS) * CHARACTERS_PER_TOKEN);

/** One model: its own failure. Several: what each of them did. */
function failureOf({ attempts, failure }: CascadeResult<ClaimsAnswer>): IncidentError {
  if (attempts.length === 0)
    return new IncidentError("CONFIG", "no model is configured for the task explain", {
      hint: "Name one in model.routes.explain in config.yaml, or pass --no-llm.",
    });
  if (failure !== null && attempts.length === 1) return failure;
  const cause = failure?.cause ?? failure ?? undefined;
  return new IncidentError(failure?.code ?? "BAD_RESPONSE", attempts.map(sentenceOf).join("; "), {
    hint: failure?.hint ?? "Choose a model that can call tools or write JSON, or pass --no-llm.",
    cause,
    retryAfterMs: failure?.retryAfterMs ?? null,
  });
}

function sentenceOf({ model, outcome, why }: CascadeResult<ClaimsAnswer>["attempts"][number]): string {
  if (outcome === "malformed")
    return `the model ${model} did not return valid claims, even after one correction: ${oneLine(why ?? "")}`;
  if (outcome === "refused") return `the model ${model} or its server declined to answer`;
  return why ?? `the model ${model} answered`;
}

/** A complaint of a schema in one line, without its marks. */
const oneLine = (text: string): string =>
  text.trim().endsWith("expected object, received undefined")
    ? "the answer was no JSON object"
    : text.replaceAll("✖ ", "").replaceAll(/\s+/g, " ").trim();
