import { stringify } from "yaml";
import type { CauseCard } from "../domain/cause.ts";
import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import type { RunbookFrontMatter } from "../domain/runbook.ts";
import { kubernetesNames } from "./kubernetes-names.ts";
import { codeSpan } from "./markdown-quote.ts";
import { oneLine } from "./one-line.ts";

/** Findings that a draft lists for and against, at most; the report has all. */
const MAX_LISTED = 12;

export type DraftInput = {
  incident: Pick<Incident, "id" | "title">;
  hypothesis: Hypothesis;
  findings: readonly CitedFinding[];
  card: CauseCard | undefined;
  /** Queries that would separate this hypothesis from the next. */
  nextEvidence: readonly string[];
};

/**
 * Drafts a `SKILL.md` for a cause without a runbook: what was seen, how to query it again, what would refute it. It
 * holds no step that changes anything: a person completes it. All text from telemetry is in code spans.
 *
 * @returns the name, which is also its folder's name, and the text, which `readRunbook` accepts.
 */
export function draftRunbook({ incident, hypothesis, findings, card, nextEvidence }: DraftInput): {
  name: string;
  text: string;
} {
  const { entity, cause } = hypothesis;
  const name = `draft-${slugOf(cause)}`;
  const isUnknown = cause === "unknown";
  const title = card?.title ?? (isUnknown ? "cause unknown" : cause.replaceAll("_", " "));
  const label = isUnknown ? "" : ` (${cause})`;
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const cited = (ids: readonly string[]): CitedFinding[] =>
    ids.flatMap((id) => byId.get(id) ?? []).slice(0, MAX_LISTED);
  const [supporting, against] = [cited(hypothesis.for), cited(hypothesis.against)];

  const frontMatter: Partial<RunbookFrontMatter> = {
    name,
    description: oneLine(`DRAFT, to be completed by a person. How to confirm and treat: ${title}${label}.`, 1024),
    causes: [cause],
    entityKinds: [entity.kind],
  };
  const suspect = `${codeSpan(entity.id)} (${codeSpan(entity.kind, 40)})`;
  const goal = isUnknown
    ? `Find out what is wrong with ${suspect}.`
    : `Confirm that ${suspect} has the cause ${codeSpan(cause)}.`;
  return {
    name,
    text: `---
${stringify(frontMatter, { lineWidth: 0 }).trim()}
---
# Draft: ${oneLine(title).replaceAll(/[^\p{L}\p{N} ,.'-]/gu, " ")}

Drafted from incident ${codeSpan(incident.id)} (${codeSpan(incident.title)}).
It changes nothing until a person adds steps.

## Goal

${goal}
Then fix it with the least harm.

## Workflow

This section changes nothing. Run the queries behind the findings again:

${list(
  supporting.map(
    ({ id, evidence }) =>
      `${codeSpan(id, 20)}: query ${codeSpan(evidence.connector, 80)} for ${codeSpan(evidence.query)}`,
  ),
  "No finding was recorded.",
)}
${kubectlCommands(hypothesis)}
Then answer the open questions:

${list(
  nextEvidence.slice(0, MAX_LISTED).map((question) => codeSpan(question)),
  "There are no open questions.",
)}

## Synthesize Findings

Evidence in the incident of this draft:

${list(
  supporting.map(({ id, summary, evidence: { template } }) => {
    const logged = template === undefined ? "" : `, template ${codeSpan(template)}`;
    return `${codeSpan(id, 20)}: ${codeSpan(summary)}${logged}`;
  }),
  "No finding was recorded.",
)}

Evidence against it:

${list(
  against.map(({ id, summary }) => `${codeSpan(id, 20)}: ${codeSpan(summary)}`),
  "None.",
)}

The diagnosis is wrong if: ${codeSpan(card?.refutedBy ?? hypothesis.wouldRefute)}

## Remediation

No runbook treats this cause yet. After the incident, add what helped as \`steps\` in the front matter.
Give each step its risk, a verification and a rollback.
Until then, escalate to the owners of ${codeSpan(entity.id)} with the findings above.
`,
  };
}

const list = (lines: readonly string[], none: string): string =>
  lines.length === 0 ? none : lines.map((line) => `- ${line}`).join("\n");

/** A cause id as part of a name of at most 64 characters of [a-z0-9-]. */
const slugOf = (cause: string): string =>
  cause
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 56)
    .replaceAll(/^-+|-+$/g, "") || "unknown";

/** Only for names that Kubernetes allows: these are safe in a shell. */
function kubectlCommands({ entity }: Hypothesis): string {
  const { namespace, workload, pod, node } = kubernetesNames(entity);
  const object = pod ?? workload ?? node;
  if (object === null) return "";
  const where = namespace === null ? "" : ` --namespace=${namespace}`;
  const lines = [
    `kubectl${where} get ${object} -o wide`,
    `kubectl${where} describe ${object}`,
    ...(node === null ? [`kubectl${where} logs ${object} --tail=200`] : []),
  ];
  return `\n${["```bash", ...lines, "```"].join("\n")}\n`;
}
