import { setTimeout as sleep } from "node:timers/promises";
import type { Chat } from "../app/chat.ts";
import type { SlackConfig } from "../config.ts";
import { isUnavailable, messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { SlackService } from "./slack-context.ts";
import { drawWith } from "./draw.ts";
import { SLACK_PATH } from "./manifest.ts";
import type { Pace } from "./outbox.ts";
import { type SlackSurface, startSlack } from "./start.ts";

/**
 * `routes`: handlers to serve over HTTP, by path; none with Socket Mode. `isConnected`: false while Causeway still
 * tries to reach Slack.
 */
export type OpenedSlack = {
  isConnected: boolean;
  routes: Readonly<Record<string, (request: Request) => Promise<Response>>>;
  stop(): Promise<void>;
};
export type OpenSlackOptions = {
  slack: SlackConfig;
  service: SlackService;
  /** Closed by `stop`, and when Slack cannot be opened. */
  chat: Chat;
  log: Log;
  now: () => number;
  pace?: Pace;
  retryMs?: number;
};

/** Milliseconds until the next attempt when Slack is unreachable. */
const RETRY_MS = 30_000;

/**
 * Starts the Slack surface and everything it needs beside the service; `stop` ends both. When Slack is unreachable,
 * Causeway keeps trying in the background, because webhooks and HTTP must not wait for it.
 *
 * @throws {IncidentError} CONFIG when a token, a scope or a setting is missing or wrong.
 */
export async function openSlack({
  slack,
  service,
  chat,
  log,
  now,
  pace,
  retryMs = RETRY_MS,
}: OpenSlackOptions): Promise<OpenedSlack> {
  const begin = (): Promise<SlackSurface> =>
    startSlack({
      config: slack,
      service,
      threads: chat.threads,
      readAlert: chat.readAlert,
      draw: drawWith(chat),
      fetch: chat.fetch,
      log,
      now,
      pace,
    });
  const stopping = new AbortController();
  let surface: SlackSurface | null = null;

  async function reconnect(): Promise<void> {
    while (surface === null) {
      await sleep(retryMs, undefined, { signal: stopping.signal });
      surface = await begin().catch((error: unknown) => {
        log.warn({}, `still not connected to Slack: ${messageOf(error)}`);
        return null;
      });
    }
  }
  try {
    surface = await begin();
  } catch (error) {
    if (!isUnavailable(error)) {
      await chat.close();
      throw error;
    }
    log.error({}, `not connected to Slack, will retry: ${messageOf(error)}`);
  }
  const reconnecting = surface === null ? reconnect().catch(() => undefined) : null; // only `stop` ends it
  const answer = (request: Request): Promise<Response> =>
    surface?.fetch?.(request) ?? Promise.resolve(new Response(null, { status: 503 }));
  return {
    isConnected: reconnecting === null,
    routes: slack.appToken === null ? { [SLACK_PATH]: answer } : {},
    async stop() {
      stopping.abort();
      await reconnecting;
      await surface?.stop();
      await chat.close();
    },
  };
}
