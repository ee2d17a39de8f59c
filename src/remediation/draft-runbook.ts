import { stringify } from "yaml";
import type { CauseCard } from "../domain/cause.ts";
import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import type { RunbookFrontMatter } from "../domain/runbook.ts";
import { kubernetesNames } from "./kubernetes-names.ts";
import { codeSpan } from "./markdown-quote.ts";
import { oneLine } from "./one-line.ts";

/** How many findings a draft lists on each side; the report has them all. */
const MAX_LISTED = 12;

export type DraftInput = {
  incident: Pick<Incident, "id" | "title">;
  hypothesis: Hypothesis;
  findings: readonly CitedFinding[];
  card: CauseCard | undefined;
  /** Questions whose answers would separate this hypothesis from the next. */
  nextEvidence: readonly string[];
};

/**
 * Drafts a `SKILL.md` for a cause that no runbook treats: what was seen, how to ask again, what would refute it. It holds no step
 * that changes anything: what to do is for the person who completes it. Everything from telemetry stands in code spans.
 *
 * @returns the name, which is also the folder to put it in, and the text, which the runbook reader accepts.
 */
export function draftRunbook({ incident, hypothesis, findings, card, nextEvidence }: DraftInput): {
  name: string;
  text: string;
} {
  const { entity, cause } = hypothesis;
  const name = `draft-${slugOf(cause)}`;
  const title = card?.title ?? cause.replaceAll("_", " ");
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const cited = (ids: readonly string[]): CitedFinding[] =>
    ids.flatMap((id) => byId.get(id) ?? []).slice(0, MAX_LISTED);
  const [speaking, against] = [cited(hypothesis.for), cited(hypothesis.against)];

  const frontMatter: Partial<RunbookFrontMatter> = {
    name,
    description: oneLine(`DRAFT, to be completed by a person. How to confirm and treat: ${title} (${cause}).`, 1024),
    causes: [cause],
    entityKinds: [entity.kind],
  };
  return {
    name,
    text: `---
${stringify(frontMatter, { lineWidth: 0 }).trim()}
---
# Draft: ${oneLine(title).replaceAll(/[^\p{L}\p{N} ,.'-]/gu, " ")}

Drafted from incident ${codeSpan(incident.id)} (${codeSpan(incident.title)}). It changes nothing until a person adds steps.

## Goal

Decide whether ${codeSpan(entity.id)} (${codeSpan(entity.kind, 40)}) suffers from ${codeSpan(cause)}, and end it with the least harm.

## Workflow

Look, change nothing. Ask again what showed it:

${list(
  speaking.map(
    ({ id, evidence }) =>
      `${codeSpan(id, 20)}: ask ${codeSpan(evidence.connector, 80)} for ${codeSpan(evidence.query)}`,
  ),
  "No finding was recorded.",
)}
${kubectlLooks(hypothesis)}
Then answer what is still open:

${list(
  nextEvidence.slice(0, MAX_LISTED).map((question) => codeSpan(question)),
  "Nothing was left open.",
)}

## Synthesize Findings

Seen in the incident that this draft comes from:

${list(
  speaking.map(
    ({ id, summary, evidence }) =>
      `${codeSpan(id, 20)}: ${codeSpan(summary)}${evidence.template === undefined ? "" : `, template ${codeSpan(evidence.template)}`}`,
  ),
  "No finding was recorded.",
)}

Spoke against it:

${list(
  against.map(({ id, summary }) => `${codeSpan(id, 20)}: ${codeSpan(summary)}`),
  "Nothing did.",
)}

It is refuted if: ${codeSpan(card?.refutedBy ?? hypothesis.wouldRefute)}

## Remediation

No step is known to treat this cause. Whoever ends the incident writes here what helped: each step with its risk, how to see that it
worked and how to undo it, as \`steps\` in the front matter. Until then, escalate to the owners of ${codeSpan(entity.id)} with the findings above.
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

/** Only for names that Kubernetes allows: they hold nothing that a shell could read. */
function kubectlLooks({ entity }: Hypothesis): string {
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
