import type { z } from "zod";
import type { Env } from "./env.ts";
import { readTopology, TopologyFile, type TopologyConfig } from "./topology.ts";

/** Keys of the configuration file for the live telemetry sources. A new connector adds its section here. */
export const SOURCE_SECTIONS = { topology: TopologyFile.optional() };

type SourcesFile = { [K in keyof typeof SOURCE_SECTIONS]?: z.infer<(typeof SOURCE_SECTIONS)[K]> };

/** The live telemetry sources that are configured; each is `null` when it is not. */
export type SourcesConfig = {
  /** The configured call graph, for alerts without telemetry. */
  topology: TopologyConfig | null;
};

/** @throws {IncidentError} CONFIG naming the wrong setting. */
export const readSources = (env: Env, file: SourcesFile): SourcesConfig => ({
  topology: readTopology(env, file.topology),
});

/** The same without secrets. */
export const maskSources = ({ topology }: SourcesConfig): SourcesConfig => ({ topology });
