import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import { IncidentError } from "../../domain/errors.ts";
import { span } from "../../domain/phrasing.ts";
import type { AnswerGap, Capabilities, NativeQuery, SourceHealth, TelemetrySource } from "../../domain/ports.ts";
import { changeView, selectRecords } from "../../domain/query-match.ts";
import { QUERY_FILTERS, type TelemetryQuery } from "../../domain/query.ts";
import type { Change } from "../../domain/telemetry.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { webAddress } from "../../domain/web-address.ts";

type Options = { signal?: AbortSignal | undefined };

/** A change, and the API call that shows it alone. */
export type PulledChange = { change: Change; call: string };

/** A list of changes at a server. `what`: such as "deployments of acme/checkout". `call`: the request that reads it. */
export type ChangeList = {
  what: string;
  call: string;
  /** `gap`: why the answer is not complete; null if it is. @throws {IncidentError} */
  read(range: TimeWindow, options: Options): Promise<{ changes: PulledChange[]; gap: string | null }>;
};

/** What a check found in one project. `found`: such as "12 deployments". */
export type ProjectProbe = { found: string; count: number; newestMs: number | null };

/** A repository, a project, or all applications. `lists`: the most telling first. */
export type ChangeProject = {
  name: string;
  lists: readonly ChangeList[];
  probe(options: Options): Promise<ProjectProbe>;
};

/** A server that knows of changes. `language`: how evidence names its API. */
export type ChangeServer = {
  name: string;
  language: string;
  projects: readonly ChangeProject[];
  clockSkewMs(): number | null;
};

const CAPABILITIES: Capabilities = { holds: "system", filters: QUERY_FILTERS, metadata: ["names"] };
/** With a larger difference of clocks, changes lie beside the alarm in time. */
const MAX_SKEW_MS = 30_000;
/** Projects that a check reads. */
const MAX_PROBED = 20;

type Read = { pulled: PulledChange[]; gaps: AnswerGap[] };

/** Changes that are read from a server when an incident is analysed. */
export function pulledChanges(server: ChangeServer): TelemetrySource<"change"> {
  const { name, language, projects } = server;
  const known = new Map<string, Promise<Read>>();

  /** Evidence is shown from what its query has read. */
  function read(range: TimeWindow, signal: AbortSignal | undefined): Promise<Read> {
    const key = `${range.startMs}-${range.endMs}`;
    const reading = known.get(key) ?? readLists(projects, range, signal);
    known.set(key, reading);
    return reading.catch((error: unknown) => {
      known.delete(key);
      throw error;
    });
  }

  return {
    name,
    signal: "change",
    capabilities: CAPABILITIES,
    async query(query, { signal } = {}) {
      const coverage = coverageFor({ name, capabilities: CAPABILITIES }, query);
      if (query.recording !== null) return { data: [], coverage };
      const { pulled, gaps } = await read(query.range, signal);
      const changes = pulled.map(({ change }) => change).toSorted((a, b) => a.timeUnixMs - b.timeUnixMs);
      const { selected, isCapped } = selectRecords(changes, query, changeView);
      coverage.gaps.push(...gaps, ...skewGap(server), ...(isCapped ? [cappedAt(query)] : []));
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },
    metadata: async () => ({ ...NO_METADATA, names: ["deploy", "other"] }),
    async native(query, { signal } = {}) {
      if (!selectsSome(query))
        return projects
          .flatMap(({ lists }) => lists)
          .map(({ call }): NativeQuery => ({ language, text: call, link: null }));
      const { pulled } = await read(query.range, signal);
      const selected = new Set(
        selectRecords(
          pulled.map(({ change }) => change),
          query,
          changeView,
        ).selected,
      );
      return pulled
        .filter(({ change }) => selected.has(change))
        .map(({ change, call }) => ({
          language,
          text: call,
          link: typeof change.url === "string" ? webAddress(change.url) : null,
        }));
    },
    check: ({ signal } = {}) => checkProjects(server, signal),
  };
}

const selectsSome = ({ entities, matchers }: TelemetryQuery): boolean => entities.length + matchers.length > 0;

function skewGap({ clockSkewMs }: ChangeServer): AnswerGap[] {
  const skewMs = clockSkewMs() ?? 0;
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return [];
  const direction = skewMs > 0 ? "ahead" : "behind";
  return [
    {
      kind: "refused",
      why: `its clock is ${span(skewMs)} ${direction}: the times of its changes may be wrong`,
    },
  ];
}

/** Reads the first list of all projects, then the second, so that limits cut what tells the least. */
async function readLists(
  projects: readonly ChangeProject[],
  range: TimeWindow,
  signal: AbortSignal | undefined,
): Promise<Read> {
  const pulled: PulledChange[] = [];
  const gaps: AnswerGap[] = [];
  const errors: IncidentError[] = [];
  let answered = 0;
  const readOne = async ({ what, read }: ChangeList): Promise<void> => {
    try {
      const { changes, gap } = await read(range, { signal });
      answered += 1;
      pulled.push(...changes);
      if (gap !== null) gaps.push({ kind: "capped", why: `${what}: ${gap}` });
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      errors.push(error);
      gaps.push({ kind: "refused", why: `${what} could not be read: ${error.message}` });
    }
  };
  const depth = Math.max(0, ...projects.map(({ lists }) => lists.length));
  for (let at = 0; at < depth; at += 1) {
    await Promise.all(projects.flatMap(({ lists }) => lists[at] ?? []).map(readOne));
    if (answered === 0 && errors[0] !== undefined) throw errors[0]; // the other lists fail for the same reason
  }
  return { pulled: pulled.toSorted((a, b) => (a.call < b.call ? -1 : 1)), gaps: gaps.toSorted(byReason) };
}

const byReason = (a: AnswerGap, b: AnswerGap): number => (a.why < b.why ? -1 : 1);

async function checkProjects(server: ChangeServer, signal: AbortSignal | undefined): Promise<SourceHealth> {
  const probed = server.projects.slice(0, MAX_PROBED);
  const results = await Promise.all(
    probed.map(async ({ name, probe }) => {
      try {
        return { name, ...(await probe({ signal })), error: null };
      } catch (error) {
        if (!(error instanceof IncidentError)) throw error;
        return { name, found: "", count: 0, newestMs: null, error };
      }
    }),
  );
  const failed = results.flatMap(({ name, error }) => (error === null ? [] : [{ name, error }]));
  if (failed.length === results.length && failed[0] !== undefined) throw failed[0].error;
  const read = results.filter(({ error }) => error === null);
  const left = server.projects.length - probed.length;
  const lines = read.map(({ name, found, newestMs }) =>
    newestMs === null ? `${name}: ${found}` : `${name}: ${found}, the newest ${age(newestMs)}`,
  );
  const hasData = read.some(({ count }) => count > 0);
  return {
    hasData,
    sample: [...lines, ...(left > 0 ? [`${left} more are configured`] : [])].join("; ") || null,
    newestMs: null, // a quiet week is no failure
    clockSkewMs: server.clockSkewMs(),
    tenant: null,
    advice: [
      ...failed.map(({ name, error }) => `${name}: ${error.message} (${error.hint})`),
      ...(hasData ? [] : [NO_DEPLOYMENTS]),
    ],
  };
}

const NO_DEPLOYMENTS =
  "No deployments found. Does this server record your deployments, and are the environments right? Merges and releases are still read";
const age = (ms: number): string => `${span(Math.max(0, Date.now() - ms))} ago`;
