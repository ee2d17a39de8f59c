import { type App, type Receiver, verifySlackRequest } from "@slack/bolt";
import { messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";

const MAX_BODY = 1024 * 1024;
/** Slack waits three seconds; an answer after that is a retry already. */
const ACK_WITHIN_MS = 2_800;
const MAX_SKEW_S = 300;

/** Events over HTTP as a fetch handler, so that they share the address of whatever serves HTTP. */
export type HttpReceiver = Receiver & { fetch(request: Request): Promise<Response> };

/**
 * Takes only what Slack signed, within five minutes of now on either side.
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

  function whyForged(request: Request, body: string): string | null {
    const [signature, timestamp] = [
      request.headers.get("x-slack-signature") ?? "",
      Number(request.headers.get("x-slack-request-timestamp") ?? "nothing"),
    ];
    if (!Number.isInteger(timestamp)) return "it has no time stamp";
    if (timestamp - now() / 1000 > MAX_SKEW_S) return "its time stamp lies ahead"; // Bolt looks back alone
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

  /** Hands it on, and answers as soon as it is acknowledged. */
  function answered(body: Record<string, unknown>, retryNum: number | undefined): Promise<Response> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(new Response(null, { status: 503 })), ACK_WITHIN_MS);
      const answer = (response: Response): void => {
        clearTimeout(timer);
        resolve(response);
      };
      const ack = async (said?: unknown): Promise<void> =>
        answer(
          said === undefined || said === ""
            ? new Response(null, { status: 200 })
            : typeof said === "string"
              ? new Response(said, { status: 200 })
              : Response.json(said),
        );
      const handled =
        app?.processEvent({ body, ack, ...(retryNum === undefined ? {} : { retryNum }) }) ?? Promise.resolve();
      handled.then(
        () => answer(new Response(null, { status: 404 })),
        (error: unknown) => {
          log.error({ err: error }, `an event of Slack's failed: ${messageOf(error)}`);
          answer(new Response(null, { status: 503 }));
        },
      );
    });
  }

  return {
    init: (told) => void (app = told),
    start: async () => undefined,
    stop: async () => undefined,
    async fetch(request) {
      if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
      const text = await bounded(request);
      if (text === null) return new Response(null, { status: 413 });
      const forged = whyForged(request, text);
      if (forged !== null) {
        log.warn({ why: forged }, "a request that Slack did not sign was refused");
        return new Response(null, { status: 401 });
      }
      const body = parsed(request, text);
      if (body === null) return new Response(null, { status: 400 });
      if (body.ssl_check === "1") return new Response(null, { status: 200 });
      if (body.type === "url_verification") return Response.json({ challenge: body.challenge });
      const retry = Number(request.headers.get("x-slack-retry-num") ?? Number.NaN);
      return answered(body, Number.isInteger(retry) ? retry : undefined);
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

/** Events come as JSON; presses and modals as JSON in a form; commands as a form. */
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
