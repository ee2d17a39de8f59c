import { parseDocument } from "yaml";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Runbook, RunbookFrontMatter, RunbookStep } from "../domain/runbook.ts";
import { checkStep } from "./check-step.ts";
import { oneLine } from "./one-line.ts";

/** Sections of a SKILL.md that agents of this format expect. */
const RUNBOOK_SECTIONS = ["Goal", "Workflow", "Synthesize Findings", "Remediation"] as const;

/** Characters. A page for a person on call is far shorter. */
const MAX_CHARS = 200_000;

/**
 * Strict, so that a misspelt key is reported instead of dropped. The optional keys are from the Agent Skills standard.
 */
const FrontMatter = z.strictObject({
  ...RunbookFrontMatter.shape,
  steps: z.array(z.strictObject(RunbookStep.shape)).default([]),
  license: z.unknown().optional(),
  compatibility: z.unknown().optional(),
  metadata: z.unknown().optional(),
  "allowed-tools": z.unknown().optional(),
});

/**
 * Reads a `SKILL.md`: YAML front matter between `---` lines, then Markdown with the four sections.
 *
 * @param slug   Name of its folder; the runbook's `name` must be the same.
 * @param origin File, for errors and citations.
 * @throws {IncidentError} BAD_INPUT with the file, every wrong field and what to do.
 * @see https://agentskills.io/specification
 */
export function readRunbook(text: string, { slug, origin }: { slug: string; origin: string }): Runbook {
  const refuse = (what: string, hint: string, cause?: unknown): IncidentError =>
    new IncidentError("BAD_INPUT", `${origin}: ${what}`, { hint, cause });
  if (text.length > MAX_CHARS)
    throw refuse(`${text.length} characters long; the limit is ${MAX_CHARS}`, "Split it into several runbooks.");
  const parts = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text);
  if (parts === null)
    throw refuse(
      "front matter is missing",
      "Begin the file with a line `---`, the fields name and description, and another line `---`.",
    );
  const [, yaml = "", body = ""] = parts;

  const parsed = FrontMatter.safeParse(readYaml(yaml, refuse));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `${path.join(".") || "front matter"}: ${oneLine(message)}`,
    );
    throw refuse(
      faults.join("; "),
      "Fix these fields; runbooks/README.md describes each. Put keys of your own under metadata.",
      parsed.error,
    );
  }
  const { name, description, causes, entityKinds, steps } = parsed.data;
  if (name !== slug)
    throw refuse(`name: "${name}" differs from its folder "${slug}"`, "Use the folder's name as the name.");
  const twice = steps.find(({ id }, at) => steps.findIndex((step) => step.id === id) !== at);
  if (twice !== undefined) throw refuse(`steps.${twice.id}: two steps have this id`, "Give each step its own id.");
  const faults = steps.flatMap((step) =>
    checkStep(step).map(({ field, what }) => `steps.${step.id}.${field}: ${what}`),
  );
  if (faults.length > 0)
    throw refuse(faults.join("; "), "Fix these fields; runbooks/README.md describes what a step may hold.");

  const headings = readHeadings(body);
  const missing = RUNBOOK_SECTIONS.filter((section) => !headings.has(section.toLowerCase()));
  if (missing.length > 0)
    throw refuse(
      `missing sections: ${missing.join(", ")}`,
      `Add ${missing.map((section) => `"## ${section}"`).join(", ")}.`,
    );
  return { name, description, causes, entityKinds, steps, slug, body: body.trim(), origin };
}

function readYaml(yaml: string, refuse: (what: string, hint: string, cause?: unknown) => IncidentError): unknown {
  const hint = "Front matter must be YAML. Quote text with a colon, and put scripts under `script: |`.";
  const document = parseDocument(yaml, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) throw refuse(`front matter is not YAML: ${oneLine(error.message)}`, hint, error);
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (cause) {
    throw refuse(
      `front matter is not YAML: ${cause instanceof Error ? oneLine(cause.message) : "unreadable"}`,
      hint,
      cause,
    );
  }
}

/** Headings of the Markdown body in lower case, without those inside code fences. */
function readHeadings(body: string): Set<string> {
  const headings = new Set<string>();
  let fence: string | null = null;
  for (const line of body.split(/\r?\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence)) fence = null;
      continue;
    }
    const heading = fence === null ? /^ {0,3}#{1,3}[ \t](.*)$/.exec(line)?.[1] : undefined;
    if (heading !== undefined) headings.add(heading.trim().toLowerCase());
  }
  return headings;
}
