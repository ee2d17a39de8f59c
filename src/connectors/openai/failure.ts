import { type ErrorCode, IncidentError, messageOf } from "../../domain/errors.ts";
import { redacted } from "../http/redact.ts";

/** `api`: chat completions unless given. */
export type ModelServer = {
  name: string;
  model: string;
  apiKey: string | undefined;
  timeoutMs: number;
  api?: "embeddings";
};

const LONGEST_REASON = 300;

/** The HTTP status of an SDK error; null for any other error. */
export const statusOf = (error: unknown): number | null =>
  error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : null;

/**
 * Turns a failure of the model's server into the error that callers know. The original is not its `cause`, because some
 * servers repeat the key in their answers. A copy of its name and message without the key is.
 */
export function failureOf(error: unknown, server: ModelServer, isOverdue: boolean): IncidentError {
  if (error instanceof Error && error.cause instanceof IncidentError) return error.cause; // from the HTTP door
  const reason = withoutKey(messageOf(error), server.apiKey);
  const cause = Object.assign(new Error(reason), { name: error instanceof Error ? error.name : "Error" });
  const at = `the model ${server.model} at ${server.name}`;
  const status = statusOf(error);
  const isTimeout = isOverdue || (error instanceof Error && error.name === "TimeoutError");
  if (isTimeout)
    return new IncidentError("UNAVAILABLE", `${at} did not answer within ${server.timeoutMs} ms`, {
      hint: "Check that the server is up and the model is loaded. For a slow model, raise CAUSEWAY_MODEL_TIMEOUT_MS.",
      cause,
    });
  if (status !== null) {
    const { code, what, hint } = classified(status, server);
    return new IncidentError(code, `${at} ${what} (HTTP ${status}): ${reason}`, { hint, cause });
  }
  // the SDK accepts any body as a completion and fails at the first missing field
  if (error instanceof TypeError || error instanceof SyntaxError) {
    const expected = server.api === undefined ? "a chat completion" : "a list of embeddings";
    return new IncidentError("BAD_RESPONSE", `${at} sent a body that is not ${expected}`, {
      hint: "Check that OPENAI_BASE_URL is the API itself, not a login page or a proxy.",
      cause,
    });
  }
  return new IncidentError("UNAVAILABLE", `${at} could not be reached: ${reason}`, {
    hint: "Check OPENAI_BASE_URL, and that this machine can reach it.",
    cause,
  });
}

function classified(status: number, { api }: ModelServer): { code: ErrorCode; what: string; hint: string } {
  if (status === 401 || status === 403)
    return {
      code: "REJECTED",
      what: "refused the key",
      hint: "Check OPENAI_API_KEY, and that it belongs to the server in OPENAI_BASE_URL.",
    };
  if (status === 404) {
    const setting = api === undefined ? "OPENAI_MODEL" : "OPENAI_EMBEDDING_MODEL";
    return {
      code: "REJECTED",
      what: "was not found",
      hint: `Check ${setting}, and that OPENAI_BASE_URL ends where the API begins, usually in /v1.`,
    };
  }
  if (status === 429)
    return { code: "UNAVAILABLE", what: "limits requests", hint: "Wait, or check the quota of the key." };
  if (status >= 500 || status === 408 || status === 409)
    return { code: "UNAVAILABLE", what: "failed", hint: "Try again later, or read the server's log." };
  const [apiName, input] = api === undefined ? ["chat completions", "prompt"] : [api, "texts"];
  return {
    code: "REJECTED",
    what: "refused the request",
    hint: `Check that the server supports the ${apiName} API and that the model fits the ${input}.`,
  };
}

/** The first line without control characters and without the key, at most 300 characters long. */
const withoutKey = (message: string, apiKey: string | undefined): string =>
  redacted((message.split("\n")[0] ?? "").replaceAll(/\p{Cc}/gu, " "), apiKey === undefined ? [] : [apiKey])
    .trim()
    .slice(0, LONGEST_REASON);

/**
 * The address without query and user info, which may hold secrets.
 *
 * @throws {IncidentError} CONFIG when it is not a URL.
 */
export function serverName(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) {
    throw new IncidentError("CONFIG", "the address of the model's server is not a URL", {
      hint: "Set OPENAI_BASE_URL to an address such as https://api.openai.com/v1.",
    });
  }
  const { origin, pathname } = new URL(baseUrl);
  return origin + pathname;
}

/** Milliseconds to wait by the `retry-after` header of an SDK error, in whole seconds; null when it has none. */
export function waitOf(error: unknown): number | null {
  const headers = error instanceof Error && "headers" in error ? error.headers : null;
  // not instanceof: the HTTP door has a Headers class of its own
  const hasGet = typeof headers === "object" && headers !== null && "get" in headers;
  const value: unknown = hasGet && typeof headers.get === "function" ? headers.get("retry-after") : null;
  return typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : null;
}
