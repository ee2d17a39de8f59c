import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { type UserSli, userSliOf } from "../domain/signals.ts";

/** Strength of a state that healthy clusters have, too. It may support a cause, but shows no fault. */
export const CLUSTER_HINT = 0.2;

/** Least strength for the alert target's own metric: it left its baseline range by more than that range's width. */
const MOVED = 1;
/** Least strength for other metrics of the same kind: of many, some move by chance. */
const MOVED_BY_KIND = 2;

/** A smaller share of failing requests is normal, even if it is the first failure in an hour. */
const FAILING_SHARE = 0.05;

/** Are errors few in relation to the requests served? False if requests are not counted. */
function isRare({ family, before, after, traffic }: CitedFinding["evidence"]["facts"]): boolean {
  return (
    family === "error" &&
    typeof traffic === "number" &&
    traffic > 0 &&
    (Number(after) - Number(before)) / traffic < FAILING_SHARE
  );
}

/** The SLI that the alarm's own metric measures; null if no finding is about that metric. */
export function sliOfAlarm(findings: readonly CitedFinding[]): UserSli | null {
  const about = findings.find(
    ({ kind, evidence: { facts } }) =>
      kind.startsWith("metric.") && facts.alarm_match !== undefined && userSliOf(facts.family) !== null,
  );
  return about === undefined ? null : userSliOf(about.evidence.facts.family);
}

/** For each entity, which user-facing SLIs were compared with a baseline: `latency`, `errors`. */
export type BaselineCoverage = ReadonlyMap<string, readonly string[]>;

/**
 * The sign that users are affected; null if only the evidence strength suggests it. `overSince`: when it ended, Unix
 * milliseconds; null while it lasts.
 */
export type Symptom = { what: string; overSince: number | null } | null;

/**
 * Finds a sign that users are affected: the alert target's metric moved, the entry got slower or fails more, a kind of
 * request fails in the traces, an alert fires, or the cluster reports a fault.
 *
 * @param baselineCoverage the SLIs compared for each entity. An alert on a compared SLI that did not move may be false.
 * @param entries where requests come in. See `entriesOf`.
 */
export function confirmedSymptom(
  findings: readonly CitedFinding[],
  { entry, target }: Incident,
  baselineCoverage: BaselineCoverage,
  entries: ReadonlySet<string> = new Set(entry === null ? [] : [entry]),
): Symptom {
  const moved = findings.filter(({ signal, entity, strength, evidence: { facts } }) => {
    if (signal !== "metric" || strength < leastMove(facts)) return false;
    if (entity.id === target?.entity && facts.alarm_match !== undefined) return true;
    return (entries.has(entity.id) || entity.kind === "entry") && userSliOf(facts.family) !== null && !isRare(facts);
  });
  const [first] = moved;
  if (first) return { what: first.summary, overSince: latest(moved) };
  const failing = findings.find((finding) => failsForUsers(finding, entries));
  if (failing) return { what: failing.summary, overSince: null };
  const doubtful = new Set(doubtfulAlerts(findings, baselineCoverage));
  const isMeasured = [...baselineCoverage.values()].some((slis) => slis.length > 0);
  const alert = findings.find(
    (finding) =>
      finding.kind === "alert.firing" &&
      !doubtful.has(finding) &&
      !isBackground(finding) &&
      (!isMeasured || isFeltByUsers(finding)) &&
      !isOutOfSight(finding, baselineCoverage, entries),
  );
  if (alert) return { what: alert.summary, overSince: null };
  const reported = findings.find(({ signal, strength }) => signal === "cluster" && strength > CLUSTER_HINT);
  return reported ? { what: reported.summary, overSince: null } : null;
}

/** Fewer failed requests of a kind, or a smaller share of them, happen on good days. */
const MIN_FAILED_REQUESTS = 10;
const MIN_FAILED_PERCENT = 20;
/** A share that failed before is no sign of the incident, unless it grew to this many times as much. */
const MIN_GROWTH = 5;

/** True if spans show that a kind of request that comes in at an entry fails as a whole, and did not before. */
const failsForUsers = ({ signal, evidence: { facts } }: CitedFinding, entries: ReadonlySet<string>): boolean =>
  signal === "trace" &&
  (entries.size === 0 || entries.has(String(facts.request_at))) &&
  Number(facts.request_failed) >= MIN_FAILED_REQUESTS &&
  Number(facts.request_failed_percent) >= MIN_FAILED_PERCENT &&
  Number(facts.request_failed_percent) >= MIN_GROWTH * Number(facts.request_failed_before_percent);

/**
 * True for an alert that an instance behind the entry is down or not ready, while the errors of every entry were
 * compared with a baseline: others answer in its place, or nobody called it. The entries must not have moved.
 */
const isOutOfSight = (
  { entity, evidence: { facts } }: CitedFinding,
  baselineCoverage: BaselineCoverage,
  entries: ReadonlySet<string>,
): boolean =>
  facts.family === "instance" &&
  entries.size > 0 &&
  !entries.has(entity.id) &&
  [...entries].every((entry) => baselineCoverage.get(entry)?.includes("errors") === true);

/**
 * True for an alert about failing, slow or waiting requests, and for an alert with an unknown meaning. A busy CPU, a
 * restart or a filling disk does not hurt users by itself.
 */
const isFeltByUsers = (alert: CitedFinding): boolean => {
  const { family } = alert.evidence.facts;
  return userSliOf(family) !== null || family === "queue" || isOfUnknownKind(alert);
};

const leastMove = ({ alarm_match }: CitedFinding["evidence"]["facts"]): number =>
  alarm_match === "by kind" ? MOVED_BY_KIND : MOVED;

/**
 * Alerts that may be false: the latency and errors of their entity were compared with a baseline and did not move, and
 * its requests still arrive. The alert is about one of these SLIs, or its name does not say what it is about.
 */
export function doubtfulAlerts(findings: readonly CitedFinding[], baselineCoverage: BaselineCoverage): CitedFinding[] {
  const moved = new Set(
    findings.flatMap(({ signal, entity, strength, evidence: { facts } }) =>
      signal === "metric" && strength >= leastMove(facts) && userSliOf(facts.family) !== null ? [entity.id] : [],
    ),
  );
  return findings.filter((finding) => {
    const compared = baselineCoverage.get(finding.entity.id) ?? [];
    if (finding.kind !== "alert.firing" || isBackground(finding)) return false;
    if (compared.length === 0 || moved.has(finding.entity.id)) return false;
    if (collapsedTraffic(findings, new Set([finding.entity.id])) !== undefined) return false;
    const { family } = finding.evidence.facts;
    // a dead instance exports nothing: its quiet metrics do not contradict the alert
    if (family === "instance") return false;
    return isOfUnknownKind(finding) || compared.includes(userSliOf(family) ?? "");
  });
}

/** True if an alert is not evidence of trouble for users. See `Background`. */
const isBackground = ({ evidence: { facts } }: CitedFinding): boolean => facts.background !== undefined;

/** True if an alert's name does not say what it is about. */
export const isOfUnknownKind = ({ evidence: { facts } }: CitedFinding): boolean => facts.family === facts.name;

/**
 * True for evidence that something fails, waits or is unreachable. More or fewer log lines, busy resources and changes
 * occur in working systems too.
 */
export const showsFailure = ({ signal, kind, evidence: { facts } }: CitedFinding): boolean => {
  if (kind === "log.event-flow") return true;
  if (signal === "log") return facts.severity !== "info";
  if (signal === "metric")
    return userSliOf(facts.family) !== null || kind !== "metric.shift" || facts.family === "queue";
  return signal !== "change";
};

/** Traffic at an entry that fell to this share: users do not get through, or have gone elsewhere. */
const COLLAPSED = 0.2;

/** The collapsed traffic of an entry; undefined if there is none. Requests that never arrive neither fail nor wait. */
export const collapsedTraffic = (
  findings: readonly CitedFinding[],
  entries: ReadonlySet<string>,
): CitedFinding | undefined =>
  findings.find(
    ({ kind, strength, entity, evidence: { facts } }) =>
      kind === "metric.shift" &&
      facts.family === "traffic" &&
      facts.of_calls !== "yes" &&
      entries.has(entity.id) &&
      strength >= MOVED_BY_KIND &&
      Number(facts.after) <= Number(facts.before) * COLLAPSED,
  );

/** Minimum strength of a shift that shows an effect on users anywhere in the system. */
const CLEAR_SHIFT = 8;

/** A share of failing requests is new if at most this part of it failed before. */
const BEFORE_SHARE = 0.2;
const PERCENT = 100;

/** True for traces that show that a share of all requests fails which did not before. */
const areRequestsFailing = ({ kind, strength, evidence: { facts } }: CitedFinding): boolean =>
  (kind === "trace.error-origin" || kind === "trace.failed-call") &&
  strength >= FAILING_SHARE &&
  Number(facts.share_before_percent) <= BEFORE_SHARE * strength * PERCENT;

/**
 * True if the telemetry shows that users are not affected: latency or errors of an entry or of the alerting entity were
 * compared with a baseline, neither these nor those of any other entity shifted clearly, no work piles up, traces show
 * no more failing requests, and the traffic of the entries did not collapse.
 */
export function areUsersUnaffected(
  findings: readonly CitedFinding[],
  { target }: Pick<Incident, "target">,
  baselineCoverage: BaselineCoverage,
  entries: ReadonlySet<string>,
): boolean {
  const front = [...entries, ...(target === null ? [] : [target.entity])];
  // without a topology any entity may be the entry, so all compared entities count
  const isCompared = (front.length > 0 ? front : [...baselineCoverage.keys()]).some(
    (id) => (baselineCoverage.get(id)?.length ?? 0) > 0,
  );
  const moved = findings.some(
    ({ signal, strength, evidence: { facts } }) =>
      signal === "metric" &&
      facts.of_calls !== "yes" &&
      (userSliOf(facts.family) !== null || facts.family === "queue") &&
      strength >= CLEAR_SHIFT,
  );
  return (
    isCompared && !moved && !findings.some(areRequestsFailing) && collapsedTraffic(findings, entries) === undefined
  );
}

/** True if neither entry nor alert target is known, so that the effect on users cannot be observed. */
export const isImpactUnobservable = ({ entry, target }: Incident): boolean => entry === null && target === null;

/** When the last metric was back to normal, Unix ms; null unless all are. */
function latest(findings: readonly CitedFinding[]): number | null {
  const back = findings.map(({ evidence }) => Date.parse(String(evidence.facts.back_since ?? "")));
  return back.every(Number.isFinite) ? back.reduce((a, b) => Math.max(a, b)) : null;
}
