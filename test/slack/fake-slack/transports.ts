import { createHmac } from "node:crypto";
import { APP_ID, type Json, TEAM } from "./state.ts";
import { type FakeSlack, SIGNING_SECRET } from "./server.ts";
import { HANG_MS } from "../../hang.ts";

/** The result of a delivery: acknowledged within three seconds, and the answer (modal errors, an ephemeral text). */
export type Taken = { ok: boolean; status: number; answer: Json | null };
export type Kind = "event" | "interaction" | "command";
export type Retry = { attempt: number; reason: string };
/** One way from Slack to the program. */
export type Transport = { name: "http" | "socket"; deliver(kind: Kind, payload: Json, retry?: Retry): Promise<Taken> };

export const signed = (
  body: string,
  { secret = SIGNING_SECRET, atS = Math.floor(Date.now() / 1000) }: { secret?: string; atS?: number } = {},
): Record<string, string> => ({
  "x-slack-request-timestamp": String(atS),
  "x-slack-signature": `v0=${createHmac("sha256", secret).update(`v0:${atS}:${body}`).digest("hex")}`,
});

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const JSON_TYPE = { "content-type": "application/json" };

/** A request as Slack makes it, before it is signed. */
export function requestOf(kind: Kind, payload: Json): { body: string; headers: Record<string, string> } {
  if (kind === "event") return { body: JSON.stringify(payload), headers: JSON_TYPE };
  if (kind === "interaction")
    return { body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), headers: FORM };
  return {
    body: new URLSearchParams(
      Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)])),
    ).toString(),
    headers: FORM,
  };
}

/** Events, interactions and commands to a request URL, signed. */
export const overHttp = (url: () => string): Transport => ({
  name: "http",
  async deliver(kind, payload, retry) {
    const { body, headers } = requestOf(kind, payload);
    const again = retry ? { "x-slack-retry-num": String(retry.attempt), "x-slack-retry-reason": retry.reason } : {};
    try {
      const response = await fetch(url(), {
        method: "POST",
        body,
        headers: { ...headers, ...signed(body), ...again },
        signal: AbortSignal.timeout(HANG_MS),
      });
      const text = await response.text();
      return {
        ok: response.status === 200,
        status: response.status,
        answer: text.startsWith("{") ? (JSON.parse(text) as Json) : text === "" ? null : { text },
      };
    } catch {
      return { ok: false, status: 0, answer: null };
    }
  },
});

const ENVELOPE = { event: "events_api", interaction: "interactive", command: "slash_commands" } as const;

/** The same over Socket Mode. */
export const overSocket = ({ sockets }: Pick<FakeSlack, "sockets">): Transport => ({
  name: "socket",
  async deliver(kind, payload, retry) {
    const { acked, payload: answer } = await sockets.send(ENVELOPE[kind], payload, retry);
    return { ok: acked, status: acked ? 200 : 0, answer };
  },
});

let eventNumber = 0;
/** An event in the envelope of the Events API. */
export const eventBody = (event: Json, eventId = `Ev${String((eventNumber += 1)).padStart(8, "0")}`): Json => ({
  token: "verification",
  team_id: TEAM,
  api_app_id: APP_ID,
  event,
  type: "event_callback",
  event_id: eventId,
  event_time: Math.floor(Date.now() / 1000),
  authorizations: [
    { enterprise_id: null, team_id: TEAM, user_id: "U0CAUSEWAY", is_bot: true, is_enterprise_install: false },
  ],
  is_ext_shared_channel: false,
});

/** Delivers as Slack does: again, marked as a retry, while it is not taken. */
export async function deliverWithRetries(transport: Transport, body: Json, attempts = 3): Promise<Taken> {
  let taken = await transport.deliver("event", body);
  for (let attempt = 1; !taken.ok && attempt <= attempts; attempt += 1)
    taken = await transport.deliver("event", body, { attempt, reason: "timeout" });
  return taken;
}
