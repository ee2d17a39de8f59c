import { setTimeout as sleep } from "node:timers/promises";
import type { Chat } from "../app/chat.ts";
import type { SlackConfig } from "../config.ts";
import { isUnavailable, messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { SlackService } from "./desk.ts";
import { drawWith } from "./draw.ts";
import { SLACK_PATH } from "./manifest.ts";
import type { Pace } from "./outbox.ts";
import { type SlackSurface, startSlack } from "./start.ts";

/** `routes`: what is to be served over HTTP, by path; none with Socket Mode. */
/** `answered`: whether Slack could be reached at once; else it is asked again meanwhile. */
export type OpenedSlack = {
  answered: boolean;
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

/** How long until Slack is asked again where it could not be reached, milliseconds. */
const RETRY_MS = 30_000;

/**
 * Begins to listen to Slack, with all that it needs beside the service; `stop` ends both. Where Slack cannot be reached it is asked again
 * and again: webhooks and HTTP must not wait for it.
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

  async function persist(): Promise<void> {
    while (surface === null) {
      await sleep(retryMs, undefined, { signal: stopping.signal });
      surface = await begin().catch((error: unknown) => {
        log.warn({}, `Slack is not answered yet: ${messageOf(error)}`);
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
    log.error({}, `Slack is not answered yet, and asked again: ${error instanceof Error ? error.message : ""}`);
  }
  const trying = surface === null ? persist().catch(() => undefined) : null; // ends by `stop` alone
  const answer = (request: Request): Promise<Response> =>
    surface?.fetch?.(request) ?? Promise.resolve(new Response(null, { status: 503 }));
  return {
    answered: trying === null,
    routes: slack.appToken === null ? { [SLACK_PATH]: answer } : {},
    async stop() {
      stopping.abort();
      await trying;
      await surface?.stop();
      await chat.close();
    },
  };
}
