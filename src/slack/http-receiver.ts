import { type App, type Receiver, verifySlackRequest } from "@slack/bolt";
import { messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";

const MAX_BODY = 1024 * 1024;
/** Slack waits three seconds and then retries. */
const ACK_WITHIN_MS = 2_800;
const MAX_SKEW_S = 300;

/** Receives Slack events over HTTP as a fetch handler, so that they share the address of the HTTP server. */
export type HttpReceiver = Receiver & { fetch(request: Request): Promise<Response> };

/**
 * Accepts only requests that Slack signed, with a timestamp at most five minutes from now.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function httpReceiver({
  signingSecret,
  log,
  now,
}: {
  signingSecret: string;
  log: Log;
  now: () => number;
}): HttpReceiver {
  let app: App | null = null;

  function forgeryReason(request: Request, body: string): string | null {
    const [signature, timestamp] = [
      request.headers.get("x-slack-signature") ?? "",
      Number(request.headers.get("x-slack-request-timestamp") ?? "nothing"),
    ];
    if (!Number.isInteger(timestamp)) return "it has no timestamp";
    if (timestamp - now() / 1000 > MAX_SKEW_S) return "its timestamp is in the future"; // Bolt checks the past only
    try {
      verifySlackRequest({
        signingSecret,
        body,
        headers: { "x-slack-signature": signature, "x-slack-request-timestamp": timestamp },
        nowMilliseconds: now(),
      });
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Passes an event on, and responds as soon as a handler acknowledges it. */
  function handleEvent(body: Record<string, unknown>, retryNum: number | undefined): Promise<Response> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(new Response(null, { status: 503 })), ACK_WITHIN_MS);
      const answer = (response: Response): void => {
        clearTimeout(timer);
        resolve(response);
      };
      const ack = async (reply?: unknown): Promise<void> =>
        answer(
          reply === undefined || reply === ""
            ? new Response(null, { status: 200 })
            : typeof reply === "string"
              ? new Response(reply, { status: 200 })
              : Response.json(reply),
        );
      const handled =
        app?.processEvent({ body, ack, ...(retryNum === undefined ? {} : { retryNum }) }) ?? Promise.resolve();
      handled.then(
        () => answer(new Response(null, { status: 404 })),
        (error: unknown) => {
          log.error({ err: error }, `Slack event failed: ${messageOf(error)}`);
          answer(new Response(null, { status: 503 }));
        },
      );
    });
  }

  return {
    init: (bolt) => void (app = bolt),
    start: async () => undefined,
    stop: async () => undefined,
    async fetch(request) {
      if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
      const text = await bounded(request);
      if (text === null) return new Response(null, { status: 413 });
      const forged = forgeryReason(request, text);
      if (forged !== null) {
        log.warn({ why: forged }, "refused a request without a valid Slack signature");
        return new Response(null, { status: 401 });
      }
      const body = parsed(request, text);
      if (body === null) return new Response(null, { status: 400 });
      if (body.ssl_check === "1") return new Response(null, { status: 200 });
      if (body.type === "url_verification") return Response.json({ challenge: body.challenge });
      const retry = Number(request.headers.get("x-slack-retry-num") ?? Number.NaN);
      return handleEvent(body, Number.isInteger(retry) ? retry : undefined);
    },
  };
}

async function bounded(request: Request): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Parses a body. Events are JSON, button presses and modals are JSON in a form, commands are a form. */
function parsed(request: Request, text: string): Record<string, unknown> | null {
  try {
    if (request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")) {
      const form = Object.fromEntries(new URLSearchParams(text));
      return form.payload === undefined ? form : (JSON.parse(form.payload) as Record<string, unknown>);
    }
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
