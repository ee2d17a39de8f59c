import type { SlackConfig } from "../config.ts";
import type { CausewayService } from "../service/causeway-service.ts";
import type { AlertDelivery } from "../domain/alert-event.ts";
import type { Log } from "../domain/log.ts";
import type { Report } from "../domain/report.ts";
import type { ChatThreadStore } from "../domain/chat-thread.ts";
import type { Outbox } from "./outbox.ts";
import type { Web } from "./web.ts";

/** The part of the service that Slack uses. */
export type SlackService = Pick<
  CausewayService,
  | "getIncident"
  | "listIncidents"
  | "acceptAlerts"
  | "submitAnalysis"
  | "getAnalysis"
  | "ask"
  | "listAnalyses"
  | "progress"
  | "decide"
  | "listExecutions"
  | "feedback"
>;

/** Draws the findings of an analysis as PNG bytes; null when there is nothing to draw. */
export type DrawPicture = (report: Report) => Promise<Uint8Array | null>;

/** The identity of Causeway in Slack. */
export type BotIdentity = { teamId: string; userId: string; botId: string };

/** Everything that the Slack handlers use. */
export type SlackContext = {
  service: SlackService;
  threads: ChatThreadStore;
  web: Web;
  outbox: Outbox;
  /** Replies to the person who typed a command, at the URL that came with it. */
  respond: (responseUrl: string, text: string) => Promise<void>;
  config: Pick<SlackConfig, "channels" | "sandbox" | "approvers" | "alertBots" | "quiet">;
  me: BotIdentity;
  readAlert: (message: unknown) => AlertDelivery | null;
  /** Null when Causeway posts no pictures. */
  draw: DrawPicture | null;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  /** Aborted when the program stops. Another process finishes what is left. */
  signal: AbortSignal;
};

/** `isRepeat`: an earlier attempt may have done part of the work. */
export type Turn = { isRepeat: boolean };
