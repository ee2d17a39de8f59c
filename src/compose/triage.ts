import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Config } from "../config.ts";
import { IncidentError } from "../domain/errors.ts";
import { Topology } from "../domain/telemetry.ts";
import { TRIAGE_SCHEMA, type TriageReport } from "../domain/triage.ts";
import { dependencyGraph } from "../topology/graph.ts";
import { joinTopology } from "../topology/join.ts";
import { triage } from "../triage/triage.ts";
import { readAlertInput } from "./alert-input.ts";

/** `topology`: a file in the form of a scenario's `topology.json`. `entry`: where requests come in. */
export type TriageOptions = { topology?: string | undefined; entry?: string | undefined; signal?: AbortSignal | undefined; nowMs: number };

/** @param path what `readAlertInput` takes. @throws {IncidentError} */
export async function triageAlerts({ owners, webhooks }: Pick<Config, "owners" | "webhooks">, path: string, options: TriageOptions): Promise<TriageReport> {
  const notRead: string[] = [];
  const { told, topology, entry } = await readAlertInput(path, { webhooks, nowMs: options.nowMs, signal: options.signal, onProblem: (what) => notRead.push(what) });
  const parts = options.topology === undefined ? [topology] : [await readTopology(options.topology), topology];
  const graph = dependencyGraph(joinTopology(parts));
  return { schema_version: TRIAGE_SCHEMA, incidents: triage(told, { graph, owners, entry: options.entry ?? entry }), not_read: notRead };
}

async function readTopology(path: string): Promise<Topology> {
  const fail = (why: string, cause: unknown): IncidentError =>
    new IncidentError("BAD_INPUT", `the topology in ${path} ${why}`, { hint: 'It takes {"nodes":[{"id","kind"}],"edges":[{"from","to","kind"}]}.', cause });
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw fail("cannot be read", cause);
  }
  const parsed = Topology.safeParse(content);
  if (!parsed.success) throw fail(`is not valid:\n${z.prettifyError(parsed.error)}`, parsed.error);
  return parsed.data;
}
