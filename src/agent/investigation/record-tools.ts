import { z } from "zod";
import { queryFor } from "../../domain/query.ts";
import { toolCall } from "../../domain/query-match.ts";
import { isoTime } from "../../domain/time.ts";
import { defineTool } from "../../llm/define-tool.ts";
import type { LoopTool } from "../../llm/loop-tool.ts";
import { causeCard } from "../../rca/catalogue.ts";
import type { InvestigationContext } from "./context.ts";
import { knownEntities, meant, unknownName } from "./known-names.ts";
import { plannedRangeOf, requestedRange } from "./ranges.ts";
import { gapsOf } from "./read-gaps.ts";

const MAX_RECORDS = 1000;
const OfEntity = z.object({
  entity: z.string().nullable().describe("only records of this entity; null for all"),
  from: z.string().nullable().describe("ISO 8601, or null for all that the analysis read"),
  to: z.string().nullable().describe("ISO 8601, or null"),
});

/** Lists changes to the system. */
export const readChanges = (context: InvestigationContext): LoopTool =>
  defineTool(
    {
      name: "read_changes",
      description: "Lists deploys, settings, flags and scalings, oldest first.",
      input: OfEntity,
    },
    async ({ entity: shown, from, to }, signal) => {
      const { telemetry, incident, observations } = context;
      const entity = shown === null ? null : meant(shown, knownEntities(context));
      if (shown !== null && entity === null) return unknownName("entity", shown, knownEntities(context));
      if (telemetry.sourceNames("change").length === 0) return { refused: "the incident has no changes" };
      const range = requestedRange(await plannedRangeOf(telemetry, incident, "change", signal), from, to);
      if ("refused" in range) return range;
      const entities = entity === null ? [] : [entity];
      const read = await telemetry.query(queryFor("change", range, { entities, limit: MAX_RECORDS }), { signal });
      const rows = read.data
        .toSorted((a, b) => a.timeUnixMs - b.timeUnixMs)
        .map((change) => ({
          at: isoTime(change.timeUnixMs),
          entity: change.entity,
          kind: change.kind,
          id: change.id,
          summary: change.summary,
        }));
      const result = await observations.show({
        tool: "read_changes",
        query: `changes${entity === null ? "" : ` of ${entity}`}`,
        range,
        sources: telemetry.sourceNames("change"),
        rows,
        gaps: gapsOf(read),
      });
      return { result, step: `read the changes${entity === null ? "" : ` of ${entity}`}: ${rows.length}` };
    },
  );

/** Lists alerts. */
export const readAlertRecords = (context: InvestigationContext): LoopTool =>
  defineTool(
    { name: "read_alerts", description: "Lists the alerts of the incident, oldest first.", input: OfEntity },
    async ({ entity: shown, from, to }, signal) => {
      const { telemetry, incident, observations } = context;
      const entity = shown === null ? null : meant(shown, knownEntities(context));
      if (shown !== null && entity === null) return unknownName("entity", shown, knownEntities(context));
      if (telemetry.sourceNames("alert").length === 0) return { refused: "the incident has no alerts" };
      const range = requestedRange(await plannedRangeOf(telemetry, incident, "alert", signal), from, to);
      if ("refused" in range) return range;
      const entities = entity === null ? [] : [entity];
      const read = await telemetry.query(queryFor("alert", range, { entities, limit: MAX_RECORDS }), { signal });
      const rows = read.data
        .toSorted((a, b) => (a.timeUnixMs ?? 0) - (b.timeUnixMs ?? 0))
        .map(({ timeUnixMs, entity: about, name, direction, peer, count, message }) => ({
          at: timeUnixMs === null ? null : isoTime(timeUnixMs),
          entity: about,
          name,
          direction,
          peer,
          count,
          message,
        }));
      const result = await observations.show({
        tool: "read_alerts",
        query: `alerts${entity === null ? "" : ` of ${entity}`}`,
        range,
        sources: telemetry.sourceNames("alert"),
        rows,
        gaps: gapsOf(read),
      });
      return { result, step: `read the alerts${entity === null ? "" : ` of ${entity}`}: ${rows.length}` };
    },
  );

const ClusterInput = z.object({
  containing: z.string().max(200).nullable().describe("only outputs with this literal text; null for all"),
});

/** Lists what diagnostic tools reported of the cluster. */
export const readClusterObjects = (context: InvestigationContext): LoopTool =>
  defineTool(
    {
      name: "read_cluster",
      description: "Lists the outputs of read-only cluster tools, line by line.",
      input: ClusterInput,
    },
    async ({ containing }, signal) => {
      const { telemetry, incident, observations } = context;
      const read = await telemetry.readIncident("cluster", incident, { signal });
      if (read === null) return { refused: "the incident has no cluster state" };
      const wanted = containing?.toLowerCase() ?? "";
      const rows = read.own.flatMap((answer) =>
        answer.text
          .split("\n")
          .filter((line) => line.toLowerCase().includes(wanted))
          .map((line) => ({ call: toolCall(answer), line })),
      );
      const result = await observations.show({
        tool: "read_cluster",
        query: "state of the cluster's objects",
        range: read.query.range,
        sources: telemetry.sourceNames("cluster"),
        rows,
        gaps: gapsOf(read),
      });
      return { result, step: `read the state of the cluster: ${rows.length} lines` };
    },
  );

/** Lists similar past incidents. */
export const readPast = (context: InvestigationContext): LoopTool =>
  defineTool(
    { name: "read_past", description: "Lists similar past incidents with their causes.", input: z.object({}) },
    async () => {
      const rows = context.similar.map(({ title, entity, cause, outcome, atMs, probability, why }) => ({
        at: isoTime(atMs),
        title,
        entity,
        cause,
        outcome,
        probability,
        why,
      }));
      const result = await context.observations.show({
        tool: "read_past",
        query: "similar past incidents",
        range: null,
        sources: ["memory"],
        rows,
      });
      return { result, step: `read similar past incidents: ${rows.length}` };
    },
  );

const RunbookInput = z.object({ cause: z.string().nullable().describe("a cause of the catalogue; null for all") });

/** Lists runbooks: what they are for, not their steps. */
export const readRunbooks = (context: InvestigationContext): LoopTool =>
  defineTool(
    { name: "read_runbooks", description: "Lists the runbooks, and the causes that they treat.", input: RunbookInput },
    async ({ cause }) => {
      if (cause !== null && causeCard(cause) === undefined)
        return { refused: "there is no such cause in the catalogue" };
      const all = await context.runbooks();
      const rows = all
        .filter(({ causes }) => cause === null || causes.includes(cause))
        .map(({ name, description, causes }) => ({ name, description, causes }));
      const result = await context.observations.show({
        tool: "read_runbooks",
        query: "runbooks",
        range: null,
        sources: ["runbooks"],
        rows,
      });
      return { result, step: `read the runbooks${cause === null ? "" : ` for ${cause}`}: ${rows.length}` };
    },
  );

const FetchInput = z.object({
  key: z.string().max(20).describe("the key of a long result, such as O1"),
  from: z.number().int().min(1).describe("the first row, from 1"),
  to: z.number().int().min(1).describe("the last row"),
});

/** Fetches rows of a long result. */
export const fetchRows = ({ observations }: InvestigationContext): LoopTool =>
  defineTool(
    { name: "fetch", description: "Fetches further rows of a long result by its key.", input: FetchInput },
    async ({ key, from, to }) => {
      const result = observations.range(key, from, Math.max(from, to));
      if (result === null) return { refused: "there is no result with this key", possible: observations.keys() };
      return { result, step: `fetched rows of ${result.key ?? ""}: ${result.query}` };
    },
  );

const ListInput = z.object({
  signal: z.enum(["log", "metric", "trace", "alert", "cluster", "change"]),
  entity: z.string().nullable().describe("only the metrics of this entity; null for all names"),
});

/** Lists what exists. */
export const listNames = (context: InvestigationContext): LoopTool =>
  defineTool(
    {
      name: "list_names",
      description: "Lists what exists in a signal: entities, and the names of metrics, operations, streams or alerts.",
      input: ListInput,
    },
    async ({ signal: kind, entity: shown }, stop) => {
      const { telemetry, incident, observations } = context;
      if (telemetry.sourceNames(kind).length === 0) return { refused: `the incident has no source of ${kind}s` };
      const range = await plannedRangeOf(telemetry, incident, kind, stop);
      const request = { range, recording: null, fields: ["entities", "names", "streams"] as const };
      const all = await telemetry.contents(kind, request, { signal: stop });
      const whole = await telemetry.contents(
        kind,
        { range: null, recording: null, fields: ["extent"] },
        { signal: stop },
      );
      const entities = [...new Set(all.flatMap((each) => each.entities.map(({ id }) => id)))].toSorted();
      const entity = shown === null ? null : meant(shown, entities);
      if (shown !== null && entity === null) return unknownName("entity", shown, entities);
      const own =
        entity === null || kind !== "metric"
          ? null
          : ((await telemetry.readIncident("metric", incident, { signal: stop }))?.own ?? [])
              .filter((series) => series.entity === entity)
              .map(({ metric }) => metric);
      const names = [...new Set(own ?? all.flatMap((each) => [...each.names, ...each.streams]))].toSorted();
      const result = await observations.show({
        tool: "list_names",
        query: `names of ${kind}s${entity === null ? "" : ` of ${entity}`}`,
        range,
        sources: telemetry.sourceNames(kind),
        summary: {
          entities,
          extents: whole.flatMap(({ extent }) => (extent ? [isoTime(extent.startMs), isoTime(extent.endMs)] : [])),
        },
        rows: names.map((name) => (kind === "trace" ? { operation: name } : { name })),
        gaps: all.some(({ isCapped }) => isCapped) ? ["capped: a source has more than is listed"] : [],
      });
      return { result, step: `listed the ${kind}s${entity === null ? "" : ` of ${entity}`}: ${names.length}` };
    },
  );
