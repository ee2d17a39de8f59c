import { redactNamed } from "../domain/redact.ts";
import type { RunbookStep } from "../domain/runbook.ts";

/** The labels of an alert that fires, exactly as its Alertmanager has them. */
export type ExactLabels = Readonly<Record<string, string>>;
export type SilenceInput = {
  /** At least one. */
  alerts: readonly ExactLabels[];
  /** Address of the Alertmanager, without user and password. */
  url: string;
  incidentId: string;
  minutes: number;
};
/** `values`: of the step's parameters, not yet quoted. */
export type SilenceStep =
  | { ok: true; step: RunbookStep; values: Readonly<Record<string, string>> }
  | { ok: false; why: string };

/** Alerts that one script silences. A person reads each of them before the approval. */
export const MAX_SILENCED = 20;
/** Bounds of a silence, minutes: one that lasts for days hides the next incident. */
export const SILENCE_MINUTES = { least: 5, usual: 60, most: 24 * 60 };

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/;

/** Sources of its parameters, besides those of runbooks. */
export const isSilenceSource = (source: string): boolean =>
  source === "alertmanager" || source === "incident" || /^label:[a-zA-Z_][a-zA-Z0-9_]*$/.test(source);

/**
 * The step that silences alerts with `amtool`: a silence for each, with one matcher for every label of the alert, each
 * for exactly its value. So nothing else is silenced, and another alert of the same rule still notifies. A label's value
 * is a parameter: it is quoted in the script, and refused where amtool or Alertmanager could read it as more than a value.
 *
 * @returns why an alert cannot be silenced exactly: to leave out one of its labels would silence more.
 */
export function silenceStep({ alerts, url, incidentId, minutes }: SilenceInput): SilenceStep {
  if (alerts.length === 0) return { ok: false, why: "no alert is given" };
  if (alerts.length > MAX_SILENCED)
    return { ok: false, why: `it has ${alerts.length} alerts, and a script silences at most ${MAX_SILENCED}` };
  const { least, most } = SILENCE_MINUTES;
  if (!Number.isInteger(minutes) || minutes < least || minutes > most)
    return { ok: false, why: `a silence lasts from ${least} minutes to ${most / 60} hours` };
  const parameters: Record<string, string> = { ALERTMANAGER: "alertmanager", INCIDENT: "incident" };
  const values: Record<string, string> = { ALERTMANAGER: url, INCIDENT: incidentId };
  const matchers: string[] = [];
  for (const labels of alerts) {
    const why = whyNotExact(labels);
    if (why !== null) return { ok: false, why };
    const words = Object.entries(labels)
      .toSorted(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
      .map(([label, value]) => {
        const name = nameFor(label, value, values);
        parameters[name] = `label:${label}`;
        values[name] = value;
        return `'${label}="'"\${${name}}"'"'`;
      });
    matchers.push(words.join(" "));
  }
  const amtool = 'amtool --alertmanager.url="${ALERTMANAGER}"';
  const each = (line: (matcher: string, name: string) => string): string =>
    matchers.map((matcher, at) => line(matcher, `SILENCE_${at + 1}`)).join("\n");
  const comment = `--author="\${APPROVER}" --comment="Causeway: incident \${INCIDENT}, approved by \${APPROVER}"`;
  return {
    ok: true,
    values,
    step: {
      id: "silence-alerts",
      title: `Silence ${alerts.length === 1 ? "the alert" : `${alerts.length} alerts`} of the incident for ${spanOf(minutes)}`,
      risk: "low",
      reversible: true,
      parameters,
      script: [
        "approver APPROVER",
        each((matcher) => `look ${amtool} alert query ${matcher}`),
        each((matcher, name) => `create ${name} ${amtool} silence add ${comment} --duration=${minutes}m ${matcher}`),
      ].join("\n"),
      verify: each((matcher, name) => `find silence "\${${name}}" ${amtool} silence query --quiet ${matcher}`),
      rollback: each((_, name) => `undo ${name} ${amtool} silence expire`),
    },
  };
}

function whyNotExact(labels: ExactLabels): string | null {
  const entries = Object.entries(labels);
  // without a value a matcher also fits alerts that do not have the label at all
  const named = entries.filter(([, value]) => value !== "");
  if (named.length === 0) return "an alert has no labels, and a silence without a matcher silences everything";
  const odd = entries.find(([label]) => !LABEL.test(label));
  if (odd !== undefined) return `the label ${JSON.stringify(odd[0].slice(0, 60))} cannot stand in a matcher`;
  if (named.length < entries.length) return `the label ${entries.find(([, value]) => value === "")?.[0]} is empty`;
  const secret = entries.find(([label, value]) => redactNamed(label, value) !== value);
  return secret === undefined ? null : `the value of its label ${secret[0]} is a secret or personal data`;
}

/** The name of the alert first, as people read it. */
const rankOf = (label: string): number => (label === "alertname" ? 0 : 1);

/** `LABEL_SERVICE`; `LABEL_SERVICE_2` where another alert has another value. */
function nameFor(label: string, value: string, values: Readonly<Record<string, string>>): string {
  const base = `LABEL_${label.toUpperCase()}`;
  for (let at = 1; ; at += 1) {
    const name = at === 1 ? base : `${base}_${at}`;
    if (!Object.hasOwn(values, name) || values[name] === value) return name;
  }
}

const spanOf = (minutes: number): string => {
  if (minutes % 60 !== 0) return `${minutes} minutes`;
  return minutes === 60 ? "1 hour" : `${minutes / 60} hours`;
};
