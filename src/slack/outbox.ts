import { setTimeout as sleep } from "node:timers/promises";
import { IncidentError, isPassing } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { Message } from "../render/slack/card.ts";
import type { Web } from "./web.ts";

/** Rate limit of a channel: `burst` calls at once, then one every `everyMs` milliseconds. */
export type Pace = { burst: number; everyMs: number };
/** Slack allows about one post and one edit a second in a channel, with short bursts. */
const SLACK_PACE: Pace = { burst: 4, everyMs: 1100 };
const MAX_TRIES = 8;
const BACK_OFF_MS = 500;
/** Slack asks for minutes at most. A timer would turn a wait beyond 24 days into none. */
const MAX_WAIT_MS = 600_000;

/** Sends messages to Slack, in order within a channel and within Slack's rate limits. */
export type Outbox = {
  /** @returns the timestamp of the message. */
  post(channel: string, message: Message, options?: { threadTs?: string | null; marker?: string }): Promise<string>;
  /**
   * Edits a message. Of several waiting edits of one message, only the last is sent. `content` runs when its turn
   * comes; null leaves the message as it is.
   */
  edit(channel: string, ts: string, content: () => Promise<(Message & { broadcast?: boolean }) | null>): Promise<void>;
  whisper(channel: string, userId: string, message: Message, threadTs?: string | null): Promise<void>;
  /** Resolves when the queue is empty. */
  idle(): Promise<void>;
};

type Job = {
  key: string | null;
  run: () => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
};

/** Falls back to plain text when Slack refuses the blocks: its rules change, and not all limits are documented. */
async function withoutBlocks<T>(call: (plain: boolean) => Promise<T>, log: Log): Promise<T> {
  try {
    return await call(false);
  } catch (error) {
    if (!(error instanceof IncidentError) || !/invalid_blocks|blocks_too_long/.test(error.message)) throw error;
    log.error({ code: error.code }, `Slack refused the blocks, sent plain text: ${error.message}`);
    return call(true);
  }
}

/** No mentions and no previews, whatever the text quotes. */
const QUIET = { unfurl_links: false, unfurl_media: false, parse: "none", link_names: false } as const;

export function openOutbox(
  web: Web,
  { log, signal, pace: { burst, everyMs } = SLACK_PACE }: { log: Log; signal: AbortSignal; pace?: Pace | undefined },
): Outbox {
  const queues = new Map<string, Job[]>();
  const pumps = new Map<string, Promise<void>>();
  const spent = new Map<string, number[]>();

  /** Waits until the rate limit of the channel allows a call. */
  async function turn(channel: string): Promise<void> {
    const made = (spent.get(channel) ?? []).filter((atMs) => performance.now() - atMs < burst * everyMs);
    spent.set(channel, made);
    if (made.length >= burst)
      await sleep(burst * everyMs - (performance.now() - (made[0] ?? 0)), undefined, { signal });
    made.push(performance.now());
  }

  /** Retries when Slack asks for it or is unreachable. */
  async function persist(run: () => Promise<unknown>): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await run();
      } catch (error) {
        if (!(error instanceof IncidentError) || !isPassing(error) || tries >= MAX_TRIES) throw error;
        const waitMs = Math.min(error.retryAfterMs ?? BACK_OFF_MS * 2 ** (tries - 1), MAX_WAIT_MS);
        log.warn({ code: error.code, waitMs }, `Slack call failed, will retry: ${error.message}`);
        await sleep(waitMs, undefined, { signal });
      }
    }
  }

  async function pump(channel: string, queue: Job[]): Promise<void> {
    for (let job = queue[0]; job !== undefined; job = queue[0]) {
      try {
        await turn(channel);
        queue.shift(); // a later edit of the same message is a new job
        job.resolve(await persist(job.run));
      } catch (error) {
        if (queue[0] === job) queue.shift();
        job.reject(error);
      }
    }
    queues.delete(channel);
    pumps.delete(channel);
  }

  function enqueue(channel: string, key: string | null, run: () => Promise<unknown>): Promise<unknown> {
    const queue = queues.get(channel) ?? [];
    queues.set(channel, queue);
    const waiting = key === null ? undefined : queue.find((job) => job.key === key);
    const done = new Promise<unknown>((resolve, reject) => {
      if (waiting === undefined) return void queue.push({ key, run, resolve, reject });
      const { resolve: before, reject: refuse } = waiting;
      waiting.run = run;
      waiting.resolve = (value) => (before(value), resolve(value));
      waiting.reject = (error) => (refuse(error), reject(error));
    });
    if (!pumps.has(channel)) pumps.set(channel, pump(channel, queue));
    return done;
  }

  return {
    async post(channel, { text, blocks }, { threadTs = null, marker } = {}) {
      const marked = marker === undefined ? {} : { metadata: { event_type: "causeway", event_payload: { marker } } };
      const answer = await enqueue(channel, null, () =>
        withoutBlocks(
          (plain) =>
            web.call("chat.postMessage", {
              channel,
              text,
              ...(plain ? {} : { blocks }),
              ...QUIET,
              ...marked,
              ...(threadTs === null ? {} : { thread_ts: threadTs }),
            }),
          log,
        ),
      );
      return String((answer as { ts?: unknown }).ts);
    },
    async edit(channel, ts, content) {
      await enqueue(channel, ts, async () => {
        const message = await content();
        if (message === null) return;
        const { text, blocks, broadcast = false } = message;
        await withoutBlocks(
          (plain) =>
            web.call("chat.update", {
              channel,
              ts,
              text,
              blocks: plain ? [] : blocks,
              parse: "none",
              link_names: false,
              ...(broadcast ? { reply_broadcast: true } : {}),
            }),
          log,
        );
      });
    },
    async whisper(channel, userId, { text, blocks }, threadTs = null) {
      await enqueue(channel, null, () =>
        web.call("chat.postEphemeral", {
          channel,
          user: userId,
          text,
          blocks,
          parse: "none",
          link_names: false,
          ...(threadTs === null ? {} : { thread_ts: threadTs }),
        }),
      );
    },
    async idle() {
      while (pumps.size > 0) await Promise.allSettled(pumps.values());
    },
  };
}
