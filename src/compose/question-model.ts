import type { Config } from "../config.ts";
import { forbidTracing } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import type { QuestionModel } from "../domain/question-model.ts";

const RETRIES = 5;

/**
 * The configured model, for plain questions.
 *
 * @param temperature undefined: the server's own.
 * @throws {IncidentError} CONFIG when no model is configured.
 */
export async function openQuestionModel(
  { model, proxy }: Pick<Config, "model" | "proxy">,
  temperature?: number,
): Promise<QuestionModel> {
  if (model === null)
    throw new IncidentError("CONFIG", "no model is configured, and without one there is nobody to answer", {
      hint:
        "Set OPENAI_API_KEY for OpenAI, or OPENAI_BASE_URL for any server with its API, and OPENAI_MODEL " +
        "(or `model` in config.yaml). `causeway doctor` checks them.",
    });
  forbidTracing();
  const { openAiQuestionModel } = await import("../connectors/openai/question-model.ts");
  return openAiQuestionModel({
    apiKey: model.apiKey ?? undefined,
    baseUrl: model.baseUrl,
    model: model.name,
    timeoutMs: model.timeoutMs,
    maxRetries: RETRIES,
    temperature,
    proxy,
  });
}
