import { webApi } from "@slack/bolt";
import { IncidentError, messageOf } from "../domain/errors.ts";
import { maskerOf } from "../domain/redact-values.ts";

/** Slack's Web API, with errors that say what to do. */
export type Web = {
  /**
   * @throws {IncidentError} BUSY with `retryAfterMs` on 429; UNAVAILABLE when Slack is unreachable; CONFIG for a
   *   wrong token or scope; REJECTED otherwise.
   */
  call(method: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Also returns the scopes from the response headers. */
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

/** No retries here: the outbox knows which calls it may repeat. */
export const clientOptions = (apiUrl: string, fetch: typeof globalThis.fetch) => ({
  fetch,
  slackApiUrl: apiUrl,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: TIMEOUT_MS,
  allowAbsoluteUrls: true,
});

const TOKEN_GONE = new Set(["invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed"]);

/** Turns an error of the Slack client into what failed and what to do. */
export function slackError(method: string, error: unknown): IncidentError {
  const original = error instanceof Error && "original" in error ? error.original : error;
  if (error instanceof WebAPIRateLimitedError)
    return new IncidentError("BUSY", `Slack rate-limits ${method}`, {
      hint: "Causeway retries.",
      retryAfterMs: error.retryAfter * 1000,
      cause: error,
    });
  if (error instanceof WebAPIPlatformError) return refused(method, error.data);
  if (error instanceof WebAPIHTTPError)
    return new IncidentError("UNAVAILABLE", `Slack answered ${method} with HTTP ${error.statusCode}`, {
      hint: "Causeway retries. See status.slack.com.",
      cause: error,
    });
  if (error instanceof WebAPIRequestError)
    return new IncidentError(
      "UNAVAILABLE",
      `Slack is unreachable for ${method}: ${original instanceof Error ? original.message : ""}`,
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
    const [lacks, add] =
      typeof needed === "string"
        ? [`the scope ${needed}`, needed]
        : ["a scope that Slack does not name", `the scopes that docs.slack.dev lists for ${method}`];
    return new IncidentError("CONFIG", `Slack refuses ${method}: the app lacks ${lacks}`, {
      hint: `Add ${add} under OAuth & Permissions, then reinstall the app.`,
    });
  }
  if (TOKEN_GONE.has(error) && method === "apps.connections.open")
    return new IncidentError("CONFIG", `Slack refuses the app-level token: ${error}`, {
      hint: "Create one with connections:write under Basic Information and set SLACK_APP_TOKEN to it.",
    });
  if (TOKEN_GONE.has(error))
    return new IncidentError("CONFIG", `Slack refuses the bot token: ${error}`, {
      hint: "Reinstall the app, set the new SLACK_BOT_TOKEN and restart Causeway.",
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

/** Fields by which Slack finds its own things, and what a button sends back. */
const SLACK_FIELDS = [
  "channel channel_id ts thread_ts message_ts user users usergroup trigger_id view_id hash external_id callback_id",
  "action_id block_id value private_metadata type cursor",
]
  .join(" ")
  .split(" ");
/** The last gate before Slack: no message holds a secret or personal data. */
const posted = maskerOf(undefined, undefined, SLACK_FIELDS);

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
      return { ...(await client.apiCall(method, posted.values(args))) };
    } catch (error) {
      throw slackError(method, error);
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
          title: posted.text(title),
          alt_text: posted.text(altText),
          file: Buffer.from(bytes),
        });
      } catch (error) {
        throw slackError("files.uploadV2", error);
      }
    },
  };
}

/** Posts a reply to a response URL. */
export type PostReply = (
  url: URL,
  init: { method: "POST"; headers: Record<string, string>; body: string; signal: AbortSignal; redirect: "error" },
) => Promise<{ ok: boolean; status: number }>;

/**
 * Replies to the person who typed a command, and to nobody else, even when the app is not in the channel.
 *
 * @param responseUrl from Slack's request. Only Slack's own hosts get a reply.
 * @throws {IncidentError} REJECTED for any other address; UNAVAILABLE when it is unreachable.
 */
export async function respondTo(responseUrl: string, text: string, post: PostReply): Promise<void> {
  const url = URL.canParse(responseUrl) ? new URL(responseUrl) : null;
  if (
    url === null ||
    url.protocol !== "https:" ||
    !/(?:^|\.)slack\.com$/.test(url.hostname) ||
    url.username !== "" ||
    url.port !== ""
  )
    throw new IncidentError("REJECTED", "a command asked for a reply to an address outside Slack", {
      hint: "Causeway sent nothing. Check who can reach this server.",
    });
  const body = JSON.stringify({ response_type: "ephemeral", text: posted.text(text) });
  const answer = await post(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: "error",
  }).catch((cause: unknown) => {
    throw new IncidentError("UNAVAILABLE", "Slack is unreachable for the reply to a command", {
      hint: "Check the network and the proxy.",
      cause,
    });
  });
  if (!answer.ok)
    throw new IncidentError("REJECTED", `Slack refused the reply to a command: HTTP ${answer.status}`, {
      hint: "Slack accepts replies for 30 minutes after the command.",
    });
}

/** A silent logger: Slack's libraries log to stdout with arguments, and they throw what matters. */
export const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => "error" as never,
  setName: () => undefined,
};
