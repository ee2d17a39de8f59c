import { citedFindings, findArtifact } from "../agent/artifacts.ts";
import { evidenceOf } from "../agent/report/evidence.ts";
import { type OpenedEvidence, tracePages } from "../agent/report/opened-evidence.ts";
import { IncidentError } from "../domain/errors.ts";
import { EVIDENCE_SCHEMA, EvidenceListing, type EvidenceQuery } from "../domain/evidence-listing.ts";
import type { CitedFinding, EvidenceRead } from "../domain/finding.ts";
import type { AnalysisStore, IncidentStore, NativeQuery } from "../domain/ports.ts";
import { type Masker, maskerOf } from "../domain/redact-values.ts";
import { toReportBasis, toReportQuery } from "../domain/report-query.ts";
import { isoTime } from "../domain/time.ts";
import type { TelemetryQuery } from "../domain/query.ts";
import { readStatements } from "../logs/read-statements.ts";
import { openHandle, type TelemetryHandle } from "../telemetry/handle.ts";
import { readAgain, type ReadNow } from "../telemetry/read-again.ts";

/**
 * `ids`: these only, such as `E7`; none for all that the report lists. `rerun`: compare with what the queries bring
 * now.
 */
export type EvidenceOptions = { ids?: readonly string[]; rerun?: boolean; signal?: AbortSignal | undefined };
/** `masker`: writes the same marks as the stored report; absent: marks that are the same everywhere. */
export type EvidenceParts = {
  store: AnalysisStore;
  incidents: Pick<IncidentStore, "openTelemetry">;
  masker?: Masker | undefined;
};

const PLAIN = maskerOf();

/** Queries that are shown in the language of their backend, which plans each anew. Naming evidence shows any. */
const MAX_NATIVE = 24;
/** Lines or points shown for one query. */
const MAX_SAMPLES = 5;
/** Characters of one line; tool outputs are long. */
const MAX_SAMPLE_CHARS = 400;
/** Characters that are searched for secrets: half of one, left by a cut, would not be found. */
const MASKED_CHARS = 16_000;

/**
 * Lists the evidence of an analysis: its numbers, its queries, and the lines or points that these select. Secrets are
 * masked.
 *
 * @throws {IncidentError} NOT_FOUND for an unknown analysis, one without a report, or an unknown id.
 */
export async function listEvidence(
  { store, incidents, masker = PLAIN }: EvidenceParts,
  analysisId: string,
  { ids = [], rerun = false, signal }: EvidenceOptions = {},
): Promise<EvidenceListing> {
  const report = await store.getReport(analysisId);
  const refs = (await findArtifact(store, analysisId, "findings")) ?? [];
  const findings = await citedFindings(store, analysisId, refs);
  const listed = new Set(ids.length > 0 ? ids : report.evidence.map(({ id }) => id));
  const wanted = findings.filter(({ id }) => listed.has(id));
  refuseUnknown(ids, findings, analysisId);
  const { reads: now, opened } = await readNow(incidents, report.incident_id, wanted, signal);
  const evidence = evidenceOf(wanted, listed, opened).map((item, at) => ({
    ...item,
    reads: (wanted[at]?.evidence.reads ?? []).map((read) => queryView(read, now.get(read), { rerun, masker })),
  }));
  const isOld = wanted.some(
    ({ signal: kind, evidence: { reads: stored } }) => kind !== "human" && stored === undefined,
  );
  return EvidenceListing.parse(
    masker.values({
      schema_version: EVIDENCE_SCHEMA,
      analysis_id: analysisId,
      incident_id: report.incident_id,
      rerun,
      note: isOld ? "An older version made this analysis and kept no queries. Analyze the incident again." : null,
      evidence,
    }),
  );
}

function refuseUnknown(ids: readonly string[], findings: readonly CitedFinding[], analysisId: string): void {
  const known = new Set(findings.map(({ id }) => id));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  const range = findings.length === 0 ? "it has none" : `it has E1 to E${findings.length}`;
  throw new IncidentError("NOT_FOUND", `analysis ${analysisId} has no evidence ${unknown.join(", ").slice(0, 200)}`, {
    hint: `\`causeway evidence ${analysisId}\` lists its evidence; ${range}.`,
  });
}

type NowRead = ReadNow & { native: NativeQuery[] };
/** `opened`: the pages of traces, by evidence. */
type Now = { reads: ReadonlyMap<EvidenceRead, NowRead>; opened: ReadonlyMap<string, OpenedEvidence> };

/** Runs the queries. Telemetry that cannot be opened any more is the error of every query. */
async function readNow(
  incidents: EvidenceParts["incidents"],
  incidentId: string,
  findings: readonly CitedFinding[],
  signal: AbortSignal | undefined,
): Promise<Now> {
  const reads = findings.flatMap(({ evidence }) => evidence.reads ?? []);
  const queries = reads.map(({ query }) => query);
  try {
    const telemetry = await incidents.openTelemetry(incidentId);
    const handle = openHandle(telemetry);
    const answers = await readAgain(handle, queries, {
      signal,
      maxSamples: MAX_SAMPLES,
      readEvents: readStatements,
    });
    const native = await nativeOf(handle, queries, signal);
    const entries = reads.flatMap((read, at) =>
      answers[at] ? [[read, { ...answers[at], native: native[at] ?? [] }] as const] : [],
    );
    return { reads: new Map(entries), opened: await tracesOf(handle, findings, signal) };
  } catch (error) {
    if (!(error instanceof IncidentError)) throw error;
    const unread: NowRead = { basis: null, samples: [], gaps: [], error, native: [] };
    return { reads: new Map(reads.map((read) => [read, unread])), opened: new Map() };
  }
}

/** One after the other: they share the limits of the sources with the queries themselves. */
async function nativeOf(
  handle: TelemetryHandle,
  queries: readonly TelemetryQuery[],
  signal: AbortSignal | undefined,
): Promise<NativeQuery[][]> {
  const native: NativeQuery[][] = [];
  for (const query of queries.slice(0, MAX_NATIVE)) native.push(await handle.native(query, { signal }));
  return native;
}

async function tracesOf(
  handle: TelemetryHandle,
  findings: readonly CitedFinding[],
  signal: AbortSignal | undefined,
): Promise<Map<string, OpenedEvidence>> {
  const opened = new Map<string, OpenedEvidence>();
  for (const { id, evidence } of findings) {
    const { traceIds = [], reads: [first] = [] } = evidence;
    if (traceIds.length === 0 || first === undefined || opened.size >= MAX_NATIVE) continue;
    opened.set(id, { native: [], traceLinks: await tracePages(handle, { first: first.query, traceIds }, signal) });
  }
  return opened;
}

function shortened(text: string, masker: Masker): string {
  const masked = masker.text(text.slice(0, MASKED_CHARS));
  return text.length > MASKED_CHARS || masked.length > MAX_SAMPLE_CHARS
    ? `${masked.slice(0, MAX_SAMPLE_CHARS).toWellFormed()}…`
    : masked;
}

function queryView(
  { query, basis }: EvidenceRead,
  now: NowRead | undefined,
  { rerun, masker }: { rerun: boolean; masker: Masker },
): EvidenceQuery {
  const then = basis && toReportBasis(basis);
  const today = rerun && now?.basis ? toReportBasis(now.basis) : null;
  return {
    query: toReportQuery(query),
    native: now?.native ?? [],
    basis: then,
    now: today,
    same: then === null || today === null ? null : JSON.stringify(then) === JSON.stringify(today),
    samples: (now?.samples ?? []).map(({ atMs, where, text }) => ({
      at: atMs === null ? null : isoTime(atMs),
      where,
      text: shortened(text, masker),
    })),
    gaps: now?.gaps ?? [],
    error: now?.error ? `${now.error.message} (${now.error.hint})` : null,
  };
}
