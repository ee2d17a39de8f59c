import { z } from "zod";
import { ResourceForecast } from "./forecast.ts";
import { Severity } from "./alert-event.ts";
import { Verdict } from "./hypothesis.ts";
import { ReportBasis, ReportNative, ReportQuery } from "./report-query.ts";

export const REPORT_SCHEMA = "causeway.report/1";

const Ids = z.array(z.string());
const Iso = z.string();

/** One piece of evidence, by the id that everything else in the report cites. */
export const ReportEvidence = z.object({
  id: z.string(),
  signal: z.string(),
  kind: z.string(),
  entity: z.string(),
  entity_kind: z.string(),
  peer: z.string().nullable(),
  strength: z.number(),
  onset: Iso.nullable(),
  summary: z.string(),
  connector: z.string(),
  query: z.string(),
  window: z.object({ start: Iso, end: Iso }).nullable(),
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  template: z.string().nullable(),
  exemplar: z.string().nullable(),
  /**
   * The queries behind it, to run again; absent in reports of older versions. `basis`: what each brought. `native`:
   * the same in the language of the backend, with a page that shows it; of the evidence that the report shows first,
   * if its source has a language.
   */
  reads: z
    .array(
      z.object({ query: ReportQuery, basis: ReportBasis.nullable(), native: z.array(ReportNative).min(1).optional() }),
    )
    .optional(),
  /** Traces that show it. */
  trace_ids: Ids.optional(),
  /** Pages that show these traces, by their ids. */
  trace_links: z.record(z.string(), z.string()).optional(),
  /** Pages that its sender names: `dashboard`, `source`. */
  links: z.record(z.string(), z.string()).optional(),
  /** The model that pointed at the data, if one did. Code measured it all the same. */
  found_by: z.string().optional(),
});
export type ReportEvidence = z.infer<typeof ReportEvidence>;

/** The result of one analysis ("Result JSON"). Snake case, because other programs read it. */
export const Report = z.object({
  schema_version: z.literal(REPORT_SCHEMA),
  analysis_id: z.string(),
  incident_id: z.string(),
  title: z.string(),
  system: z.string().nullable(),
  alarm_at: Iso.nullable(),
  /** The time when the fault began, according to the telemetry. */
  onset: Iso.nullable(),
  /**
   * How well the onset is known. `earliest`, `latest`: the signs that agree lie between these. `shape`: a change that
   * lasts, a slow climb, a burst that ended at `over`, or a fault that is older than the data. Absent if the signals do
   * not agree on one time.
   */
  onset_found: z
    .object({
      earliest: Iso.nullable(),
      latest: Iso,
      shape: z.enum(["step", "ramp", "burst", "before_data"]),
      over: Iso.nullable(),
      signals: z.array(z.string()),
      signs: z.number().int(),
    })
    .optional(),
  /** How late the alarm was: seconds from the onset to the alarm. Absent if one of them is unknown. */
  alarm_lag_seconds: z.number().optional(),
  verdict: Verdict,
  /** The reason for this verdict. */
  why: z.string(),
  /**
   * True if something is or was wrong, whether or not a cause was found: users are affected, or the evidence exceeds
   * what healthy systems show. Absent in reports of older versions.
   */
  fault_shown: z.boolean().optional(),
  /** Why the confidence is only a rough estimate, in full sentences; absent in reports of older versions. */
  confidence_limits: z.array(z.string()).optional(),
  root_causes: z.array(
    z.object({
      entity: z.string(),
      entity_kind: z.string(),
      category: z.string(),
      title: z.string(),
      system_level: z.string().nullable(),
      fault_type: z.string().nullable(),
      confidence: z.number(),
      calibrated: z.boolean(),
      evidence_ids: Ids,
    }),
  ),
  hypotheses: z.array(
    z.object({
      entity: z.string(),
      entity_kind: z.string(),
      category: z.string(),
      /** The cause in words; absent in older reports. */
      title: z.string().optional(),
      confidence: z.number(),
      calibrated: z.boolean(),
      status: z.enum(["supported", "ruled_out", "untested"]),
      why: z.string(),
      reasons: z.array(z.string()),
      evidence_ids: Ids,
      against_ids: Ids,
      path: z.array(z.string()),
      would_refute: z.string(),
    }),
  ),
  /** Every sentence of the explanation, with its evidence. */
  claims: z.array(z.object({ text: z.string(), evidence_ids: Ids })),
  /** Number of the model's claims that were dropped, because an id or a number in them did not resolve. */
  dropped_claims: z.number().int(),
  propagation: z.array(
    z.object({ source: z.string(), target: z.string(), condition: z.string(), effect: z.string(), evidence_ids: Ids }),
  ),
  alerts_explained: z.array(
    z.object({ alert: z.string(), entity: z.string(), explained: z.boolean(), why: z.string() }),
  ),
  timeline: z.array(z.object({ at: Iso, entity: z.string(), what: z.string(), evidence_id: z.string() })),
  anomalies: z.array(
    z.object({
      template_id: z.string(),
      entity: z.string(),
      kind: z.string(),
      template: z.string(),
      evidence_id: z.string(),
    }),
  ),
  evidence: z.array(ReportEvidence),
  /** Resources that may be exhausted within a day, with an interval and its query; absent if none. */
  running_out: z.array(ResourceForecast).optional(),
  similar: z.array(
    z.object({
      incident_id: z.string(),
      score: z.number(),
      outcome: z.string(),
      entity: z.string().nullable(),
      category: z.string().nullable(),
      why: z.string(),
      /** Fixes that were run or rejected then, oldest first; absent if none. */
      tried: z.array(z.object({ step: z.string(), runbook: z.string(), result: z.string(), at: Iso })).optional(),
    }),
  ),
  /** Sources that could not be queried, were not recorded, or were read only in part. */
  not_checked: z.array(z.object({ source: z.string(), why: z.string() })),
  /**
   * Where the edges between entities of a running system were observed, and when the newest of them was; absent if they
   * were all recorded or declared.
   */
  call_graph: z.array(z.object({ source: z.string(), edges: z.number().int(), newest: Iso.nullable() })).optional(),
  next_evidence: z.array(z.string()),
  runbook: z
    .object({ name: z.string(), why: z.string(), drafted: z.boolean(), text: z.string().nullable() })
    .nullable(),
  /**
   * Runbook addresses that alerts link to: known runbooks first, then those that most alerts name. `runbook`: the
   * configured runbook that the address names. `title`: of the page, if it was read. Absent if no alert links to one.
   */
  alert_runbooks: z
    .array(
      z.object({
        url: z.string(),
        alerts: z.array(z.string()),
        runbook: z.string().nullable(),
        title: z.string().nullable(),
      }),
    )
    .optional(),
  /**
   * Pages from the team's own folders for the alerts, each once; those that most alerts agree on come first. `page`:
   * its folder's name and the path below it. `section`: fragment of the part about the first alert; null for the whole
   * page. `certainty`: that the page is the one for its first alert. Absent if none is sure enough.
   */
  runbook_pages: z
    .array(
      z.object({
        page: z.string(),
        section: z.string().nullable(),
        title: z.string(),
        alerts: z.array(z.string()),
        certainty: z.enum(["very likely", "likely"]),
      }),
    )
    .optional(),
  actions: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      runbook: z.string(),
      step: z.string(),
      target: z.string(),
      target_kind: z.string(),
      risk: z.enum(["low", "medium", "high"]),
      reversible: z.boolean(),
      blast_radius: z.object({
        size: z.enum(["small", "medium", "large"]),
        entities: z.array(z.string()),
        why: z.string(),
        entry_share: z.number().optional(),
      }),
      kind: z.string().optional(),
      /** What the policy demands: `one_approver`, `two_approvers`, `forbidden`, `auto`; and the rule, in words. */
      requirement: z.object({ mode: z.string(), sentence: z.string() }).optional(),
      script_sha256: z.string(),
      script: z.string(),
      rollback: z.string(),
      verify: z.string(),
      /** The values of the script: from which source, and which findings give them. */
      parameters: z
        .array(z.object({ name: z.string(), value: z.string(), source: z.string(), evidence_ids: Ids }))
        .optional(),
      /** What must hold before the change: a read-only command, and what it is expected to show; null if unknown. */
      preconditions: z
        .array(z.object({ name: z.string(), command: z.string(), expected: z.string().nullable() }))
        .optional(),
      expires_at: Iso,
      /** Who edited it, and the action that it replaces; absent if nobody did. */
      edited: z.object({ from: z.string(), by: z.string() }).optional(),
      evidence_ids: Ids,
    }),
  ),
  /**
   * Severity and the team to call; absent if nothing is wrong. `burn_rate`: how many times too fast the entry spends
   * its error budget; null if no requests were counted.
   */
  triage: z
    .object({
      severity: Severity,
      why: z.string(),
      blast_radius: z.array(z.string()),
      burn_rate: z.number().nullable(),
      team: z.string().nullable(),
      team_why: z.string(),
    })
    .optional(),
  /**
   * What a model did to find the cause; absent if none investigated. `because`: why it began. `stopped_by`: `done` if
   * it concluded, a budget that was spent, or `model` if it failed; `failure` says more. `found_ids`: evidence that
   * code found where the model pointed. `readings`: what the model reads in evidence, which is no measurement.
   */
  investigation: z
    .object({
      model: z.string().nullable(),
      prompt: z.string(),
      because: z.string(),
      stopped_by: z.enum(["done", "steps", "tokens", "usd", "seconds", "model"]),
      failure: z.string().nullable(),
      steps: z.array(z.object({ tool: z.string(), what: z.string(), refused: z.boolean() })),
      found_ids: Ids,
      readings: z.array(z.object({ evidence_id: z.string(), entity: z.string(), category: z.string() })),
      conclusion: z.object({ text: z.string(), evidence_ids: Ids }).nullable(),
    })
    .optional(),
  /** The change at fault. Null if no change is to blame; absent if the evidence does not decide it. */
  change: z.string().nullable().optional(),
  /**
   * What models used. `usd`: null if a price is unknown, or no model was called. Absent without a call, and in reports
   * of older versions: `calls` sent to a server, `cached_calls` answered by Causeway's own cache, `models` by name, and
   * `warnings` on caps that are nearly or fully used.
   */
  cost: z.object({
    input_tokens: z.number(),
    output_tokens: z.number(),
    usd: z.number().nullable(),
    calls: z.number().int().optional(),
    cached_calls: z.number().int().optional(),
    models: z.array(z.string()).optional(),
    warnings: z.array(z.string()).optional(),
  }),
  mode: z.enum(["deterministic", "llm"]),
  model: z.string().nullable(),
  /** Hash of everything the analysis saw and concluded, without run ids and times of day. */
  bundle_sha256: z.string(),
  versions: z.record(z.string(), z.string()),
  timings: z.object({ started_at: Iso, ms: z.number(), nodes: z.record(z.string(), z.number()) }),
});
export type Report = z.infer<typeof Report>;
