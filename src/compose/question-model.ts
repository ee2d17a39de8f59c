import type { Config } from "../config.ts";
import { forbidTracing } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import type { QuestionModel } from "../domain/question-model.ts";
import { modelSettings } from "./model-settings.ts";

const RETRIES = 5;
/** A run of many questions may wait longer for a server than an analysis. */
const MAX_WAIT_MS = 300_000;
/** From the end, where models that think first write their answer. */
const LONGEST_REPLY = 20_000;

/**
 * The configured model, for plain questions.
 *
 * @param temperature undefined: the configured one, or the server's own.
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
  const { openChatModel } = await import("../connectors/openai/open-chat-model.ts");
  const settings = { ...modelSettings(model), maxRetries: RETRIES };
  const chat = openChatModel(temperature === undefined ? settings : { ...settings, temperature }, {
    proxy,
    maxWaitMs: MAX_WAIT_MS,
  });
  return {
    name: chat.name,
    server: chat.server,
    async reply({ system, user }, signal) {
      const { text, use } = await chat.complete(
        {
          task: "ask",
          prompt: { name: "ops-qa", version: 1, sha256: "" },
          messages: [
            { role: "system", text: system },
            { role: "user", text: user },
          ],
          tools: [],
          answer: null,
          maxOutputTokens: null,
          sample: 0,
        },
        signal,
      );
      return { text: text.slice(-LONGEST_REPLY), use };
    },
  };
}
