import type { AlertDelivery } from "../domain/alert-event.ts";
import type { ChatThreadStore } from "../domain/chat-thread.ts";
import type { Report } from "../domain/report.ts";
import type { Series } from "../domain/telemetry.ts";

/** The dependencies of a chat besides the service. */
export type Chat = {
  threads: ChatThreadStore;
  /** Null for a message that carries no alert. */
  readAlert(message: unknown): AlertDelivery | null;
  /** The recorded series of a report's evidence, in the order wanted. A series that is gone is left out. */
  seriesOf(
    report: Pick<Report, "incident_id">,
    wanted: readonly { entity: string; metric: string }[],
  ): Promise<Series[]>;
  toPng(svg: string): Promise<Uint8Array>;
  /** For requests to the chat. */
  fetch: typeof globalThis.fetch;
  close(): Promise<void>;
};
