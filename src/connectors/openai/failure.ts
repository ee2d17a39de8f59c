import { IncidentError, messageOf } from "../../domain/errors.ts";

/** `api`: chat completions unless it says otherwise. */
export type Server = { name: string; model: string; apiKey: string | undefined; timeoutMs: number; api?: "embeddings" };

/** The HTTP status of an error of the SDK; null for any other. */
export const statusOf = (error: unknown): number | null =>
  error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : null;

/**
 * What went wrong at the model's server, as the one error that callers know. The original is not kept as `cause`: it may hold
 * the key, which some servers repeat in their answers. A copy of its name and message, without the key, stands in for it.
 */
export function failureOf(error: unknown, server: Server, isOverdue: boolean): IncidentError {
  const said = clean(messageOf(error), server.apiKey);
  const cause = Object.assign(new Error(said), { name: error instanceof Error ? error.name : "Error" });
  const at = `the model ${server.model} at ${server.name}`;
  const status = statusOf(error);
  if (isOverdue || (error instanceof Error && error.name === "TimeoutError")) {
    return new IncidentError("UNAVAILABLE", `${at} did not answer within ${server.timeoutMs} ms`, {
      hint: "Is the server up, and the model loaded? A slow model needs a longer time-out.",
      cause,
    });
  }
  if (status === 401 || status === 403) {
    return new IncidentError("REJECTED", `${at} refused the key (HTTP ${status}): ${said}`, {
      hint: "Check OPENAI_API_KEY, and that it belongs to the server in OPENAI_BASE_URL.",
      cause,
    });
  }
  if (status === 404) {
    return new IncidentError("REJECTED", `${at} was not found (HTTP 404): ${said}`, {
      hint: `Check ${server.api === undefined ? "OPENAI_MODEL" : "OPENAI_EMBEDDING_MODEL"}, and that OPENAI_BASE_URL ends where the API begins, mostly in /v1.`,
      cause,
    });
  }
  if (status === 429) {
    return new IncidentError("UNAVAILABLE", `${at} takes no more requests now (HTTP 429): ${said}`, {
      hint: "Wait, or check the quota of the key.",
      cause,
    });
  }
  if (status !== null && (status >= 500 || status === 408 || status === 409)) {
    return new IncidentError("UNAVAILABLE", `${at} failed (HTTP ${status}): ${said}`, {
      hint: "Try again later, or look at the server's own log.",
      cause,
    });
  }
  if (status !== null) {
    return new IncidentError("REJECTED", `${at} refused the request (HTTP ${status}): ${said}`, {
      hint: `Check that the server speaks the ${server.api ?? "chat completions"} API and that the model fits the ${server.api === undefined ? "prompt" : "texts"}.`,
      cause,
    });
  }
  // The SDK takes any body for a completion and stumbles over the first field that is not there.
  if (error instanceof TypeError || error instanceof SyntaxError) {
    return new IncidentError(
      "BAD_RESPONSE",
      `${at} sent a body that is ${server.api === undefined ? "no chat completion" : "no list of embeddings"}`,
      { hint: "Is OPENAI_BASE_URL the API itself, not a login page or a proxy?", cause },
    );
  }
  return new IncidentError("UNAVAILABLE", `${at} could not be reached: ${said}`, {
    hint: "Check OPENAI_BASE_URL, and that it can be reached from here.",
    cause,
  });
}

/** The first line, without control characters, without the key, and not long. */
function clean(message: string, apiKey: string | undefined): string {
  const line = message.split("\n")[0] ?? "";
  const masked = apiKey === undefined || apiKey === "" ? line : line.replaceAll(apiKey, "[key]");
  return masked
    .replaceAll(/\p{Cc}/gu, " ")
    .trim()
    .slice(0, 300);
}
