import type { Finding } from "../domain/finding.ts";
import type { Onset } from "../domain/onset.ts";
import type { Incident } from "../domain/incident.ts";
import type { Change, WrittenObject } from "../domain/telemetry.ts";
import { span } from "../domain/phrasing.ts";
import { isoTime } from "../domain/time.ts";
import { readDiff } from "./diff.ts";
import { effectOf, UNREAD } from "./effect.ts";
import type { Effect } from "./effect-type.ts";
import { fileRole } from "./files.ts";
import { isRestart, isRoutine } from "./routine.ts";
import type { Impact } from "./rollout-impact.ts";
import { statusOf } from "./status.ts";
import { wordStems } from "../stats/word-stems.ts";

/** Prior: how often a change of each kind is to blame. */
const KIND_WEIGHT: Record<Change["kind"], number> = { deploy: 1, config: 0.9, flag: 0.8, scale: 0.5, other: 0.3 };
/** A change this long before the alarm is half as suspicious. Milliseconds. */
const HALF_LIFE_MS = 30 * 60_000 * Math.LN2;
/** Onsets are exact to about one scrape, milliseconds. */
const ONSET_SLACK_MS = 60_000;
/** Upper limit of word stems kept of what a change alters, and of its context. */
const MAX_WORDS = 80;
/** Upper limits of the title and of the list of files that are read. */
const MAX_TITLE_LENGTH = 1000;
const MAX_FILES = 500;

/** Details of a change record beyond time, place and kind. */
type ChangeDetails = {
  effect: Effect;
  altered: string[];
  around: string[];
  delivery: "delivered" | "not delivered" | "unknown";
  title: string | null;
};

/**
 * Makes one finding per change before the alarm, or per change if there is no alarm. Later changes cannot have caused
 * the alarm and are left out. A commit and the deploy that carries it are one change, dated by the deploy. The
 * strength is kind weight × likely effect × exp(−age / 30 min). The age is that at the onset, or at the alarm if the
 * onset is unknown; a change after the onset has a tenth of the strength.
 */
export function changeFindings({
  changes,
  impacts = [],
  incident,
  connector,
  query,
}: {
  changes: readonly Change[];
  impacts?: readonly Impact[];
  incident: Incident;
  connector: string;
  query: string;
}): Finding[] {
  const untilMs = incident.alarmAtMs ?? incident.window?.endMs ?? Number.POSITIVE_INFINITY;
  const made = changes.filter(({ timeUnixMs }) => timeUnixMs <= untilMs);
  const asOfMs = Number.isFinite(untilMs)
    ? untilMs
    : made.reduce((latest, { timeUnixMs }) => Math.max(latest, timeUnixMs), 0);
  const before =
    incident.alarmAtMs !== null ? "the alarm" : incident.window !== null ? "the end of the window" : "the last change";
  const impactOf = new Map(impacts.map((impact) => [impact.entity, impact]));
  const lastSteps = new Set(
    [
      ...Map.groupBy(
        made.filter(({ kind }) => kind !== "flag" && kind !== "other"),
        ({ entity }) => entity,
      ).values(),
    ].map((steps) => steps.toSorted((a, b) => a.timeUnixMs - b.timeUnixMs).at(-1)),
  );
  return withDetails(made)
    .map(([change, details]): Finding => {
      // the last step of a rollout stands for all of its steps
      const impact = lastSteps.has(change) ? impactOf.get(change.entity) : undefined;
      const ageMs = asOfMs - change.timeUnixMs;
      const age = span(ageMs);
      const when = incident.onset ? relativeTo(incident.onset, change.timeUnixMs) : `${age} before ${before}`;
      const title = details.title ? `: ${details.title.slice(0, 200)}` : "";
      const what = `${change.kind} ${change.id} on ${change.entity}`;
      const status = statusOf(change);
      return {
        signal: "change",
        kind: `change.${change.kind}`,
        entity: { id: change.entity, kind: status ? "unknown" : (change.entityKind ?? "service") },
        strength:
          KIND_WEIGHT[change.kind] *
          details.effect.weight *
          impactFactor(impact) *
          recency(change.timeUnixMs, asOfMs, incident.onset),
        onsetMs: change.timeUnixMs,
        peer: null,
        summary: `${what}, ${when}${title}${comparison(impact)}`,
        evidence: {
          connector,
          query: `${query} id=${change.id}`,
          window: incident.window,
          facts: {
            id: change.id,
            kind: change.kind,
            at: isoTime(change.timeUnixMs),
            seconds_before: Math.floor(ageMs / 1000),
            age,
            change_summary: details.title,
            effect: details.effect.weight,
            effect_why: details.effect.why,
            ...(details.effect === UNREAD ? { content: "not recorded" } : {}),
            ...(isRoutine(change) ? { routine: "yes" } : {}),
            ...(isRestart(change) ? { restart: "yes" } : {}),
            delivery: details.delivery,
            ...(status ? { status: status.state, trouble: status.trouble ? "yes" : "no" } : {}),
            ...(impact ? impactFacts(impact) : {}),
            ...(change.written ? writtenFacts(change.written) : {}),
            // sorted, so that no sentence of the change's author survives
            altered: details.altered.toSorted().join(" "),
            around: details.around.toSorted().join(" "),
          },
        },
      };
    })
    .toSorted((a, b) => b.strength - a.strength || (a.summary < b.summary ? -1 : 1));
}

/** Share of the weight of a change made after the onset: it did not cause the fault. */
const AFTERWARDS = 0.1;

/** Weight by age before the onset, or before the alarm if the onset is unknown. */
function recency(madeMs: number, asOfMs: number, onset: Incident["onset"]): number {
  if (!onset) return 2 ** (-(asOfMs - madeMs) / HALF_LIFE_MS);
  return isAfter(onset, madeMs) ? AFTERWARDS : 2 ** (-Math.max(0, onset.atMs - madeMs) / HALF_LIFE_MS);
}

const isAfter = ({ atMs, latestMs }: Onset, madeMs: number): boolean =>
  madeMs > Math.max(atMs, latestMs) + ONSET_SLACK_MS;

/** The time of a change relative to the onset, in words. */
function relativeTo(onset: Onset, madeMs: number): string {
  const gapMs = onset.atMs - madeMs;
  if (isAfter(onset, madeMs)) return `${span(-gapMs)} after the onset`;
  return gapMs < 0 ? "at the onset" : `${span(gapMs)} before the onset`;
}

/** A change is more suspicious if its new instances do worse than the old, and less if they do as well. */
const impactFactor = (impact: Impact | undefined): number =>
  impact === undefined ? 1 : impact.evidence > 0 ? 1.5 : 0.7;

const rounded = (value: number): number => Number(value.toPrecision(3));

const impactFacts = ({ evidence, timing, newReports, best }: Impact): Finding["evidence"]["facts"] => ({
  rollout_evidence: rounded(evidence),
  rollout_timing: rounded(timing),
  new_instance_reports: newReports,
  ...(best ? { metric: best.metric, new_instances: rounded(best.fresh), old_instances: rounded(best.steady) } : {}),
});

/** The object and the patches with which a plan may undo the change. */
const writtenFacts = ({
  kind,
  name,
  version,
  reader,
  seen,
  undo,
  redo,
}: WrittenObject): Finding["evidence"]["facts"] => ({
  written_kind: kind,
  written_name: name,
  written_version: version,
  ...(reader === undefined ? {} : { written_reader: reader }),
  ...(seen === undefined ? {} : { written_seen: seen }),
  ...(undo === undefined || redo === undefined ? {} : { undo_patch: undo, redo_patch: redo }),
});

const comparison = (impact: Impact | undefined): string =>
  impact?.best
    ? `; ${impact.best.metric} is ${rounded(impact.best.fresh)} on new instances, ` +
      `${rounded(impact.best.steady)} on old ones`
    : "";

/** Joins deploys with the commits that they carry, by their common id. */
function withDetails(changes: readonly Change[]): [Change, ChangeDetails][] {
  const commits = new Map(changes.filter(isCommit).map((change) => [change.id, change]));
  const carried = new Set(changes.filter((change) => !isCommit(change) && commits.has(change.id)).map(({ id }) => id));
  return changes
    .filter((change) => !(isCommit(change) && carried.has(change.id)))
    .map((change) => {
      const commit = commits.get(change.id);
      // if deploys name their commits, a commit that no deploy names is not running
      const delivery =
        commit === undefined
          ? "unknown"
          : carried.has(change.id)
            ? "delivered"
            : carried.size > 0
              ? "not delivered"
              : "unknown";
      return [change, { ...describe(commit ?? change), delivery }];
    });
}

const isCommit = ({ type, files, diff, kind }: Change): boolean =>
  type === "commit" || (kind === "other" && (Array.isArray(files) || typeof diff === "string"));

/** Removes numbers: a number means nothing without the setting that it belongs to. */
const unnumbered = (text: string): string => text.replace(/\d+/g, " ");

function describe(change: Change): Omit<ChangeDetails, "delivery"> {
  const files = Array.isArray(change.files)
    ? change.files.slice(0, MAX_FILES).filter((file) => typeof file === "string")
    : [];
  const title = change.summary?.slice(0, MAX_TITLE_LENGTH) ?? null;
  const diff = typeof change.diff === "string" ? change.diff : null;
  const code = diff === null ? null : readDiff(diff, (path) => fileRole(path) !== "inert");
  const altered = wordStems(
    [...(code?.removed ?? []), ...(code?.added ?? []), ...[title ?? "", ...files].map(unnumbered)].join("\n"),
  );
  const known = new Set(altered);
  const around = wordStems(unnumbered((code?.context ?? []).join("\n"))).filter((word) => !known.has(word));
  const effect = isCommit(change) ? effectOf({ summary: title, files, diff }) : UNREAD;
  return { effect, altered: altered.slice(0, MAX_WORDS), around: around.slice(0, MAX_WORDS), title };
}
