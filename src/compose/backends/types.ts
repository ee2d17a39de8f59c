import type { Config } from "../../config.ts";
import type { AlertFeed } from "../../domain/alert-feed.ts";
import type { Telemetry } from "../../domain/ports.ts";

/** What every backend needs to be opened. */
export type BackendDeps = Pick<Config, "proxy">;

/**
 * An open backend. `sources`: for one analysis, with limits of its own. `feed`: what fires there, if it knows; opened
 * for one pull.
 */
export type LiveBackend = {
  sources(): Telemetry | Promise<Telemetry>;
  feed?: { kind: "alertmanager" | "prometheus"; url: string; open(): AlertFeed };
  close(): Promise<void>;
};
