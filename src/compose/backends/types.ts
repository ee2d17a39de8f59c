import type { Config } from "../../config.ts";
import type { Telemetry } from "../../domain/ports.ts";

/** What every backend needs to be opened. */
export type BackendDeps = Pick<Config, "proxy">;

/** An open backend. `sources`: for one analysis, with limits of its own. */
export type LiveBackend = { sources(): Telemetry | Promise<Telemetry>; close(): Promise<void> };
