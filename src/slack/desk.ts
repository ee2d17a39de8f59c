import type { SlackConfig } from "../config.ts";
import type { CausewayService } from "../service/causeway-service.ts";
import type { AlertDelivery } from "../domain/alert-event.ts";
import type { Log } from "../domain/log.ts";
import type { Report } from "../domain/report.ts";
import type { ChatThreadStore } from "../domain/chat-thread.ts";
import type { Outbox } from "./outbox.ts";
import type { Web } from "./web.ts";

/** What Slack asks of a running Causeway. */
export type SlackService = Pick<
  CausewayService,
  | "getIncident"
  | "listIncidents"
  | "acceptAlerts"
  | "submitAnalysis"
  | "getAnalysis"
  | "listAnalyses"
  | "progress"
  | "decide"
  | "feedback"
>;

/** A picture of what an analysis found, as the bytes of a PNG; null where there is nothing to draw. */
export type DrawPicture = (report: Report) => Promise<Uint8Array | null>;

/** Who the program is in Slack. */
export type Identity = { teamId: string; userId: string; botId: string };

/** All that the handlers reach for. */
export type Desk = {
  service: SlackService;
  threads: ChatThreadStore;
  web: Web;
  outbox: Outbox;
  /** Tells whoever typed a command, at the address that came with it. */
  respond: (responseUrl: string, text: string) => Promise<void>;
  config: Pick<SlackConfig, "channels" | "sandbox" | "approvers" | "alertBots">;
  me: Identity;
  readAlert: (message: unknown) => AlertDelivery | null;
  /** Null where no picture is to be posted. */
  draw: DrawPicture | null;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  /** Aborted when the program stops: what is not done then is left to whoever goes on. */
  signal: AbortSignal;
};

/** `isRepeat`: somebody began with the same before, and may have done a part of it. */
export type Turn = { isRepeat: boolean };
