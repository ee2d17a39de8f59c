import { webApi } from "@slack/bolt";
import { IncidentError, messageOf } from "../domain/errors.ts";

/** Slack's Web API, whose refusals are told as what to do about them. */
export type Web = {
  /** @throws {IncidentError} BUSY with `retryAfterMs` on 429; UNAVAILABLE where Slack cannot be reached; CONFIG where the token or a scope is wrong; REJECTED otherwise. */
  call(method: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** The same, with the scopes that the answer's headers name. */
  scoped(method: string): Promise<{ answer: Record<string, unknown>; scopes: string[] }>;
  upload(file: {
    channel: string;
    threadTs: string;
    name: string;
    title: string;
    altText: string;
    bytes: Uint8Array;
  }): Promise<void>;
};

const TIMEOUT_MS = 10_000;
const { WebClient, WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } = webApi;

/** Retries are the outbox's, which knows what may be said twice; this asks once. */
export const clientOptions = (apiUrl: string, fetch: typeof globalThis.fetch) => ({
  fetch,
  slackApiUrl: apiUrl,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: TIMEOUT_MS,
  allowAbsoluteUrls: true,
});

const TOKEN_GONE = new Set(["invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed"]);

/** What Slack answered, as what failed and what to do. */
export function explained(method: string, error: unknown): IncidentError {
  const told = error instanceof Error && "original" in error ? error.original : error;
  if (error instanceof WebAPIRateLimitedError)
    return new IncidentError("BUSY", `Slack limits ${method}`, {
      hint: "It is tried again.",
      retryAfterMs: error.retryAfter * 1000,
      cause: error,
    });
  if (error instanceof WebAPIPlatformError) return refused(method, error.data);
  if (error instanceof WebAPIHTTPError)
    return new IncidentError("UNAVAILABLE", `Slack answered ${method} with HTTP ${error.statusCode}`, {
      hint: "It is tried again; see status.slack.com.",
      cause: error,
    });
  if (error instanceof WebAPIRequestError)
    return new IncidentError(
      "UNAVAILABLE",
      `Slack could not be reached for ${method}: ${told instanceof Error ? told.message : ""}`,
      { hint: "Check the network and the proxy.", cause: error },
    );
  return new IncidentError("BAD_RESPONSE", `${method} failed: ${messageOf(error)}`, {
    hint: "Please report this.",
    cause: error,
  });
}

function refused(
  method: string,
  data: { error: string; needed?: unknown; response_metadata?: { messages?: string[] } },
): IncidentError {
  const { error, needed, response_metadata: meta } = data;
  if (error === "missing_scope") {
    const scope = typeof needed === "string" ? needed : "one that it does not name";
    return new IncidentError("CONFIG", `Slack refuses ${method}: the app lacks the scope ${scope}`, {
      hint: `Add ${scope} under OAuth & Permissions, and install the app again.`,
    });
  }
  if (TOKEN_GONE.has(error) && method === "apps.connections.open")
    return new IncidentError("CONFIG", `Slack refuses the app-level token: ${error}`, {
      hint: "Make one with connections:write under Basic Information, and set SLACK_APP_TOKEN to it.",
    });
  if (TOKEN_GONE.has(error))
    return new IncidentError("CONFIG", `Slack refuses the bot token: ${error}`, {
      hint: "Install the app again, set the new SLACK_BOT_TOKEN and start again.",
    });
  if (error === "not_in_channel" || error === "channel_not_found")
    return new IncidentError("REJECTED", `Slack refuses ${method}: ${error}`, {
      hint: "Invite the app to the channel: /invite @causeway",
    });
  const why = meta?.messages?.slice(0, 3).join("; ") ?? "";
  return new IncidentError("REJECTED", `Slack refuses ${method}: ${error}${why === "" ? "" : ` (${why})`}`, {
    hint: "See docs.slack.dev for this error.",
  });
}

/** @param botToken xoxb-… */
export function slackWeb({
  botToken,
  apiUrl,
  fetch,
}: {
  botToken: string;
  apiUrl: string;
  fetch: typeof globalThis.fetch;
}): Web {
  const client = new WebClient(botToken, { ...clientOptions(apiUrl, fetch), logger: silent });
  const ask = async (method: string, args: Record<string, unknown>): Promise<Record<string, unknown>> => {
    try {
      return { ...(await client.apiCall(method, args)) };
    } catch (error) {
      throw explained(method, error);
    }
  };
  return {
    call: ask,
    async scoped(method) {
      const answer = await ask(method, {});
      const meta = answer.response_metadata as { scopes?: string[] } | undefined;
      return { answer, scopes: meta?.scopes ?? [] };
    },
    async upload({ channel, threadTs, name, title, altText, bytes }) {
      try {
        await client.filesUploadV2({
          channel_id: channel,
          thread_ts: threadTs,
          filename: name,
          title,
          alt_text: altText,
          file: Buffer.from(bytes),
        });
      } catch (error) {
        throw explained("files.uploadV2", error);
      }
    },
  };
}

/** What takes a word to one person, where the program may not post. */
export type Fetch = (
  url: URL,
  init: { method: "POST"; headers: Record<string, string>; body: string; signal: AbortSignal; redirect: "error" },
) => Promise<{ ok: boolean; status: number }>;

/**
 * Tells whoever typed a command, and nobody else, even where the app is not in the channel.
 *
 * @param responseUrl as Slack gave it; only an address of Slack's own is answered.
 * @throws {IncidentError} REJECTED for any other address; UNAVAILABLE where it cannot be reached.
 */
export async function respondTo(responseUrl: string, text: string, post: Fetch): Promise<void> {
  const url = URL.canParse(responseUrl) ? new URL(responseUrl) : null;
  if (
    url === null ||
    url.protocol !== "https:" ||
    !/(?:^|\.)slack\.com$/.test(url.hostname) ||
    url.username !== "" ||
    url.port !== ""
  )
    throw new IncidentError("REJECTED", "an answer was wanted at an address that is not Slack's", {
      hint: "It was not sent. See who can reach this program.",
    });
  const body = JSON.stringify({ response_type: "ephemeral", text });
  const answer = await post(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: "error",
  }).catch((cause: unknown) => {
    throw new IncidentError("UNAVAILABLE", "Slack could not be reached to answer a command", {
      hint: "Check the network and the proxy.",
      cause,
    });
  });
  if (!answer.ok)
    throw new IncidentError("REJECTED", `Slack took no answer to a command: HTTP ${answer.status}`, {
      hint: "An answer can be given for half an hour.",
    });
}

/** Slack's libraries log on stdout, with arguments; what matters is thrown. */
export const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => "error" as never,
  setName: () => undefined,
};
