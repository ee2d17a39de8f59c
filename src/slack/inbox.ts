import type { App, Receiver, ReceiverEvent } from "@slack/bolt";
import { hasDied, newOwner } from "../service/lease.ts";
import { isPassing, messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { ChatThreadStore } from "../domain/chat-thread.ts";

const LEASE_MS = 30_000;
const MAX_ATTEMPTS = 6;
/** How long handled events are remembered. Slack stops its retries within an hour. */
const REMEMBER_MS = 24 * 3_600_000;
/** Events taken over in one sweep. */
const MAX_TAKEN_OVER = 20;

/** `concerns`: selects the events to handle. Causeway acknowledges and drops all others. */
export type InboxOptions = {
  threads: ChatThreadStore;
  concerns: (body: Record<string, unknown>) => boolean;
  log: Log;
  now: () => number;
  leaseMs?: number | undefined;
};
export type Inbox = {
  /** Wraps a receiver, so that its events pass through this inbox. */
  behind(receiver: Receiver): Receiver;
  /** Takes over events that other processes released, now and periodically until `stop`. */
  begin(): Promise<void>;
  /** Stops at the next opportunity. Another process finishes what is left. */
  stop(): Promise<void>;
};

/**
 * The key that identifies an event, to detect repeats: Slack's event id, or the unique trigger of a button, modal or
 * command. Null when Slack sends neither.
 */
function keyOf(body: Record<string, unknown>): string | null {
  if (typeof body.event_id === "string") return `event:${body.event_id}`;
  return typeof body.trigger_id === "string" ? `trigger:${body.trigger_id}` : null;
}

/**
 * Stores each event before acknowledging it, and marks it finished when handled. A retry or a second instance finds it
 * stored, and a live process takes over what a killed one left. So a handler may run twice for one event;
 * \`Turn.isRepeat\` tells it.
 */
export function openInbox({ threads, concerns, log, now, leaseMs = LEASE_MS }: InboxOptions): Inbox {
  const owner = newOwner();
  const lease = () => ({ owner, untilMs: now() + leaseMs });
  const busy = new Set<Promise<void>>();
  const keys = new Set<string>();
  let app: App | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isStopping = false;

  /** Runs the handlers of one event, and renews its lease until they finish. */
  async function handle(key: string, event: ReceiverEvent, attempts: number): Promise<void> {
    keys.add(key);
    const renewal = setInterval(() => void threads.hold(key, lease()).catch(() => undefined), leaseMs / 3);
    try {
      await app?.processEvent({ ...event, customProperties: { ...event.customProperties, attempts } });
      await threads.finish(key, owner);
    } catch (error) {
      await settle(key, attempts, error);
    } finally {
      clearInterval(renewal);
      keys.delete(key);
    }
  }

  const release = (key: string): Promise<unknown> => threads.hold(key, { owner, untilMs: now() }).catch(() => false);

  /** A transient failure is retried when the lease expires. Any other would only fail again. */
  async function settle(key: string, attempts: number, error: unknown): Promise<void> {
    const original = error instanceof Error && "original" in error ? error.original : error;
    if (isStopping) return void (await release(key));
    const what = messageOf(original);
    if (isPassing(original) && attempts < MAX_ATTEMPTS)
      return log.warn({ key, attempts }, `Slack event failed, will retry: ${what}`);
    log.error({ key, attempts, err: original }, `Slack event failed for good: ${what}`);
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
    await track(handle(key, event, 1));
  }

  async function sweep(): Promise<void> {
    try {
      await threads.forgetBefore(now() - REMEMBER_MS);
      const left = (await threads.takeOver(lease(), { nowMs: now(), limit: MAX_TAKEN_OVER, hasDied })).filter(
        ({ key }) => !keys.has(key),
      );
      for (const { key, body, attempts } of left) {
        log.info({ key, attempts }, "took over a Slack event");
        const parsed = JSON.parse(body) as Record<string, unknown>;
        if (attempts > MAX_ATTEMPTS) await threads.finish(key, owner);
        else void track(handle(key, { body: parsed, ack: async () => undefined }, attempts));
      }
    } catch (error) {
      log.warn({}, `Slack inbox sweep failed: ${messageOf(error)}`);
    }
  }

  return {
    behind: (receiver) => ({
      init(bolt) {
        app = bolt;
        receiver.init(Object.create(bolt, { processEvent: { value: receive } }) as App);
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
