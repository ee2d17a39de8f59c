import { type ErrorCode, IncidentError, messageOf } from "../../domain/errors.ts";
import { retryAfter } from "../http/failures.ts";
import { redacted } from "../http/redact.ts";
import { settingNames } from "./model-settings.ts";
import type { Overdue } from "./request-timers.ts";

/** `api`: chat completions unless given. `secrets`: values of headers. */
export type ModelServer = {
  name: string;
  model: string;
  apiKey: string | undefined;
  secrets?: readonly string[];
  timeoutMs: number;
  idleTimeoutMs?: number;
  api?: "embeddings";
  /** Of its settings in the file. */
  place?: string | null;
};

const LONGEST_REASON = 300;

/**
 * The HTTP status of an SDK error, or the one that an error in the body of an answer means; null for any other error.
 */
export function statusOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  if ("status" in error && typeof error.status === "number") return error.status;
  if (error.name === "ContextOverflowError") return 400; // LangChain drops the status
  if (!("error" in error) || typeof error.error !== "object" || error.error === null) return null;
  const code = Number("code" in error.error ? error.error.code : Number.NaN);
  return code >= 400 && code < 600 ? code : 500;
}

/** Message and body of an SDK error, for matching. They may hold secrets. */
export const reasonOf = (error: unknown): string =>
  `${messageOf(error)} ${error instanceof Error && "error" in error ? JSON.stringify(error.error) : ""}`.slice(0, 4000);

/** True if the SDK gave up waiting. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === "TimeoutError" || error.constructor.name === "APIConnectionTimeoutError");

/**
 * Turns a failure of the model's server into the error that callers know. The original is not its `cause`, because some
 * servers repeat the key in their answers. A copy of its name and message without the key is.
 */
export function failureOf(error: unknown, server: ModelServer, overdue: Overdue): IncidentError {
  if (error instanceof Error && error.cause instanceof IncidentError) return error.cause; // from the HTTP door
  const reason = withoutSecrets(messageOf(error), server);
  const cause = Object.assign(new Error(reason), { name: error instanceof Error ? error.name : "Error" });
  const at = `the model ${server.model} at ${server.name}`;
  const names = settingNames(server.place ?? null);
  const status = statusOf(error);
  if (overdue === "idle")
    return new IncidentError("UNAVAILABLE", `${at} stopped sending its answer for ${server.idleTimeoutMs} ms`, {
      hint: "Check the load of the server. For a model that pauses, raise its idleTimeoutMs.",
      cause,
    });
  if (overdue === "total" || isTimeout(error))
    return new IncidentError("UNAVAILABLE", `${at} did not answer within ${server.timeoutMs} ms`, {
      hint: `Check that the server is up and the model is loaded. For a slow model, raise ${names.timeout}.`,
      cause,
    });
  if (status !== null) {
    const { code, what, hint } = classified(status, server);
    const retryAfterMs = code === "UNAVAILABLE" ? waitOf(error) : null;
    return new IncidentError(code, `${at} ${what} (HTTP ${status}): ${withoutStatus(reason, status)}`, {
      hint,
      cause,
      retryAfterMs,
    });
  }
  if (messageOf(error) === "terminated")
    return new IncidentError("UNAVAILABLE", `${at} closed the connection before its answer was complete`, {
      hint: "Try again, or read the log of the server and of any proxy before it.",
      cause,
    });
  // the SDK accepts any body as a completion and fails at the first missing field
  if (error instanceof TypeError || error instanceof SyntaxError) {
    const expected = server.api === undefined ? "a chat completion" : "a list of embeddings";
    return new IncidentError("BAD_RESPONSE", `${at} sent a body that is not ${expected}`, {
      hint: `Check that ${names.address} is the API itself, not a login page or a proxy.`,
      cause,
    });
  }
  return new IncidentError("UNAVAILABLE", `${at} could not be reached: ${reason}`, {
    hint: `Check ${names.address}, and that this machine can reach it.`,
    cause,
  });
}

function classified(status: number, server: ModelServer): { code: ErrorCode; what: string; hint: string } {
  const { api, place = null } = server;
  const names = settingNames(place);
  if (status === 401 || status === 403)
    return {
      code: "REJECTED",
      what: "refused the key",
      hint: `Check ${names.key}, and that it belongs to the server in ${names.address}.`,
    };
  if (status === 404) {
    const setting = api === undefined ? names.model : "OPENAI_EMBEDDING_MODEL";
    return {
      code: "REJECTED",
      what: "was not found",
      hint: `Check ${setting}, and that ${names.address} ends where the API begins, usually in /v1.`,
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

/** The SDK puts the status before the words of the server. */
const withoutStatus = (reason: string, status: number): string =>
  reason.startsWith(`${status} `) ? reason.slice(String(status).length + 1) : reason;

/** The first line without control characters and without secrets, at most 300 characters long. */
const withoutSecrets = (message: string, { apiKey, secrets = [] }: ModelServer): string =>
  redacted((message.split("\n")[0] ?? "").replaceAll(/\p{Cc}/gu, " "), [
    ...(apiKey === undefined ? [] : [apiKey]),
    ...secrets,
  ])
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

/** Milliseconds to wait by the `retry-after` header of an SDK error, seconds or a date; null when it has none. */
export function waitOf(error: unknown): number | null {
  const headers = error instanceof Error && "headers" in error ? error.headers : null;
  // not instanceof: the HTTP door has a Headers class of its own
  const hasGet = typeof headers === "object" && headers !== null && "get" in headers;
  const get = (name: string): unknown => (hasGet && typeof headers.get === "function" ? headers.get(name) : null);
  const [exact, value] = [get("retry-after-ms"), get("retry-after")];
  if (typeof exact === "string" && /^\d{1,9}$/.test(exact)) return Number(exact);
  return typeof value === "string" ? retryAfter(value) : null;
}
