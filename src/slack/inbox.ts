import type { App, Receiver, ReceiverEvent } from "@slack/bolt";
import { hasDied, newOwner } from "../service/lease.ts";
import { isPassing, messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { ChatThreadStore } from "../domain/chat-thread.ts";

const LEASE_MS = 30_000;
const MAX_ATTEMPTS = 6;
/** What was dealt with is known for so long; Slack gives up on retries within an hour. */
const REMEMBER_MS = 24 * 3_600_000;
const AT_ONCE = 20;

/** `concerns`: whether something is to be dealt with at all; what is not is acknowledged and forgotten. */
export type InboxOptions = {
  threads: ChatThreadStore;
  concerns: (body: Record<string, unknown>) => boolean;
  log: Log;
  now: () => number;
  leaseMs?: number | undefined;
};
export type Inbox = {
  /** A receiver whose events come in through this. */
  behind(receiver: Receiver): Receiver;
  /** Takes over what others let go of, now; then again and again until `stop`. */
  begin(): Promise<void>;
  /** Ends at the next chance: what is not done is left to whoever goes on. */
  stop(): Promise<void>;
};

/**
 * Names what came in, so that a repeat is known: Slack's own id of the event, or the trigger of a press, a modal or a command, which is
 * given out once. Null for what Slack sends without either.
 */
function keyOf(body: Record<string, unknown>): string | null {
  if (typeof body.event_id === "string") return `event:${body.event_id}`;
  return typeof body.trigger_id === "string" ? `trigger:${body.trigger_id}` : null;
}

/**
 * Keeps each thing that comes in before it is acknowledged, and forgets it when it is dealt with: a retry or a second instance finds it
 * known, and what a killed process left is taken up by whoever is alive. So a handler may run twice for one thing, and is told so.
 */
export function openInbox({ threads, concerns, log, now, leaseMs = LEASE_MS }: InboxOptions): Inbox {
  const owner = newOwner();
  const lease = () => ({ owner, untilMs: now() + leaseMs });
  const busy = new Set<Promise<void>>();
  const keys = new Set<string>();
  let app: App | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isStopping = false;

  /** Runs the handlers of one thing, holding on to it until they are through. */
  async function deal(key: string, event: ReceiverEvent, attempts: number): Promise<void> {
    keys.add(key);
    const held = setInterval(() => void threads.hold(key, lease()).catch(() => undefined), leaseMs / 3);
    try {
      await app?.processEvent({ ...event, customProperties: { ...event.customProperties, attempts } });
      await threads.finish(key, owner);
    } catch (error) {
      await settle(key, attempts, error);
    } finally {
      clearInterval(held);
      keys.delete(key);
    }
  }

  const letGo = (key: string): Promise<unknown> => threads.hold(key, { owner, untilMs: now() }).catch(() => false);

  /** A passing failure is tried again when the lease lapses; another one would only fail again. */
  async function settle(key: string, attempts: number, error: unknown): Promise<void> {
    const original = error instanceof Error && "original" in error ? error.original : error;
    if (isStopping) return void (await letGo(key));
    const what = messageOf(original);
    if (isPassing(original) && attempts < MAX_ATTEMPTS)
      return log.warn({ key, attempts }, `not dealt with yet, tried again: ${what}`);
    log.error({ key, attempts, err: original }, `given up: ${what}`);
    await threads.finish(key, owner).catch(() => undefined);
  }

  const track = (work: Promise<void>): Promise<void> => {
    busy.add(work);
    return work.finally(() => busy.delete(work));
  };

  async function receive(event: ReceiverEvent): Promise<void> {
    if (!concerns(event.body)) return void (await event.ack());
    const key = keyOf(event.body);
    if (key === null) return app?.processEvent(event);
    const isNew = await threads.receive({ key, body: JSON.stringify(event.body) }, lease(), now());
    if (!isNew) return void (await event.ack());
    await track(deal(key, event, 1));
  }

  async function sweep(): Promise<void> {
    try {
      await threads.forgetBefore(now() - REMEMBER_MS);
      const left = (await threads.takeOver(lease(), { nowMs: now(), limit: AT_ONCE, hasDied })).filter(
        ({ key }) => !keys.has(key),
      );
      for (const { key, body, attempts } of left) {
        log.info({ key, attempts }, "taken up again");
        const parsed = JSON.parse(body) as Record<string, unknown>;
        if (attempts > MAX_ATTEMPTS) await threads.finish(key, owner);
        else void track(deal(key, { body: parsed, ack: async () => undefined }, attempts));
      }
    } catch (error) {
      log.warn({}, `the inbox could not be swept: ${messageOf(error)}`);
    }
  }

  return {
    behind: (receiver) => ({
      init(told) {
        app = told;
        receiver.init(Object.create(told, { processEvent: { value: receive } }) as App);
      },
      start: () => receiver.start(),
      stop: () => receiver.stop(),
    }),
    async begin() {
      await sweep();
      timer = setInterval(() => void sweep(), leaseMs / 2);
    },
    async stop() {
      isStopping = true;
      if (timer !== null) clearInterval(timer);
      await Promise.allSettled(busy);
    },
  };
}
