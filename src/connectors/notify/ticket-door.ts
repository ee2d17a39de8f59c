import { setTimeout as delay } from "node:timers/promises";
import { IncidentError } from "../../domain/errors.ts";
import type { Posted, TicketMessage } from "../../domain/notice.ts";
import { openHttpDoor } from "../http.ts";
import type { HttpAuth } from "../http/auth.ts";
import type { ProxySettings } from "../http/proxy.ts";
import { pauseBeforeRetry } from "../http/retry.ts";
import type { HttpDoor, HttpServer } from "../http/types.ts";

/**
 * A place of tickets. `user`: PagerDuty's `From`, or the account of a Jira Cloud token; null if none. `repository`:
 * owner/name, of GitHub only. `apiVersion`: of Jira only.
 */
export type TicketTarget = {
  name: string;
  kind: TicketMessage["kind"];
  url: string;
  token: string;
  user: string | null;
  repository: string | null;
  apiVersion: 2 | 3;
  timeoutMs: number;
};

/** What a vendor gets. `again`: post it even if it is there. `pullRequest`: of GitHub only. */
export type TicketPost<Kind extends TicketMessage["kind"]> = {
  message: Extract<TicketMessage, { kind: Kind }>;
  analysisId: string;
  ticket: string | null;
  again: boolean;
  pullRequest: boolean;
  signal: AbortSignal | undefined;
};

/** Tries after the first, in all steps of one message. */
const RETRY = { times: 4, on: "unavailable", maxWaitMs: 30_000 } as const;

type DoorSettings = {
  auth: HttpAuth;
  headers?: Record<string, string>;
  proxy: ProxySettings | null;
  refusal?: HttpServer["refusal"];
};

/** Opens the vendor's API for one message. Redirects are not followed: the token is for one server. */
export function openTicketDoor(target: TicketTarget, { refusal, ...settings }: DoorSettings): HttpDoor {
  const setting = `notify: ${target.name}`;
  return openHttpDoor({
    url: target.url,
    label: target.name,
    settings: { address: setting, credentials: setting, authorities: setting, clientCertificate: setting },
    timeouts: { totalMs: target.timeoutMs },
    maxBytes: 8 * 1024 * 1024,
    allowsRedirect: () => false,
    ...settings,
    ...(refusal === undefined ? {} : { refusal }),
  });
}

/**
 * Runs `post` until it works, a refusal stands, or the tries are used. A try looks for the message before it posts: an
 * answer that was lost leaves no second message.
 *
 * @throws {IncidentError}
 */
export async function triedPost(
  post: () => Promise<Posted>,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<Posted> {
  const overAtMs = performance.now() + timeoutMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await post();
    } catch (error) {
      signal?.throwIfAborted();
      const waitMs = pauseBeforeRetry(error, attempt, RETRY);
      if (waitMs === null || performance.now() + waitMs > overAtMs) throw error;
      await delay(waitMs, undefined, signal === undefined ? {} : { signal });
    }
  }
}

/** @throws {IncidentError} BAD_INPUT unless the key of a ticket looks like one of this vendor. */
export function checkTicket(name: string, ticket: string | null, shape: RegExp, example: string): string {
  if (ticket !== null && shape.test(ticket)) return ticket;
  throw new IncidentError(
    "BAD_INPUT",
    ticket === null
      ? `no ticket is known for ${name}`
      : `${JSON.stringify(ticket.slice(0, 60))} is no ticket of ${name}`,
    { hint: `Give --ticket, such as ${example}.` },
  );
}
