import { openChat } from "../compose/chat.ts";
import type { Config, SlackConfig } from "../config.ts";
import type { Log, SlackService } from "./desk.ts";
import { drawWith } from "./draw.ts";
import type { Pace } from "./outbox.ts";
import { SLACK_PATH } from "./manifest.ts";
import { startSlack } from "./start.ts";


/** `routes`: what is to be served over HTTP, by path; none with Socket Mode. */
export type OpenedSlack = { routes: Readonly<Record<string, (request: Request) => Promise<Response>>>; stop(): Promise<void> };

/** Begins to listen to Slack, with all that it needs beside the service; `stop` ends both. @throws {IncidentError} as `startSlack` does. */
export async function openSlack(config: Config, { slack, service, log, now, pace }: { slack: SlackConfig; service: SlackService; log: Log; now: () => number; pace?: Pace }): Promise<OpenedSlack> {
  const chat = await openChat(config);
  try {
    const surface = await startSlack({ config: slack, service, rooms: chat.rooms, readAlert: chat.readAlert, draw: drawWith(chat), log, now, pace });
    return {
      routes: surface.fetch === null ? {} : { [SLACK_PATH]: surface.fetch },
      async stop() {
        await surface.stop();
        await chat.close();
      },
    };
  } catch (error) {
    await chat.close();
    throw error;
  }
}
