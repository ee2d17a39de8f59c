import { z } from "zod";
import type { CitedFinding, Finding } from "../../domain/finding.ts";
import { defineTool, type CallRefusal } from "../../llm/define-tool.ts";
import type { LoopTool } from "../../llm/loop-tool.ts";
import type { ToolRow } from "../../llm/tool-result.ts";
import { causeCard, CAUSES } from "../../rca/catalogue.ts";
import type { InvestigationContext } from "./context.ts";
import { detect, EXAMINED_SIGNALS } from "./detect.ts";
import { contentsOf, knownEntities, meant, unknownName } from "./known-names.ts";
import { dividingTime, plannedRangeOf, requestedRange, requestedTime } from "./ranges.ts";

/** New findings that one examination adds at most: the strongest. */
const MAX_FOUND = 10;
/** Readings that an investigation may propose. */
export const MAX_READINGS = 3;
const SHOWN_SUSPECTS = 3;

const ExamineInput = z.object({
  signal: z.enum(EXAMINED_SIGNALS),
  entity: z.string().describe("the entity to examine, exactly as listed"),
  changed_at: z
    .string()
    .nullable()
    .describe("ISO 8601: when you think that it changed. Time before counts as quiet. Null for the onset"),
  quiet_from: z.string().nullable().describe("ISO 8601: since when it was quiet; null for all that the analysis read"),
});

/** Runs the detectors again, on other data or with another quiet time. What they find becomes evidence. */
export const examine = (context: InvestigationContext, model: () => string | null): LoopTool =>
  defineTool(
    {
      name: "examine",
      description:
        "Runs the detectors on one signal of one entity, with the quiet time that you name, and ranks the suspects " +
        "again. What the detectors find becomes evidence. Each further examination counts a little less.",
      input: ExamineInput,
    },
    async ({ signal: kind, entity: shown, changed_at: changedAt, quiet_from: quietFrom }, stop) => {
      const { telemetry, incident, observations, findings } = context;
      const contents = await contentsOf(context, kind, stop);
      if (contents === null) return { refused: `the incident has no source of ${kind}s` };
      const known = [...new Set([...knownEntities(context), ...contents.entities])];
      const entity = meant(shown, known);
      if (entity === null) return unknownName("entity", shown, known);
      const range = requestedRange(await plannedRangeOf(telemetry, incident, kind, stop), quietFrom, null);
      if ("refused" in range) return range;
      const changedMs = changedAt === null ? dividingTime(incident, range) : requestedTime(range, changedAt);
      if (typeof changedMs !== "number") return changedMs;
      context.examinations += 1;
      const {
        findings: detected,
        gaps,
        rows,
      } = await detect(telemetry, incident, { signal: kind, entity, range, changedMs }, stop);
      const before = new Map(findings.map((finding) => [identityOf(finding), finding.id]));
      const fresh = detected
        .filter((finding) => !before.has(identityOf(finding)))
        .toSorted((a, b) => b.strength - a.strength)
        .slice(0, MAX_FOUND)
        .map((finding) => attributed(finding, context.examinations, model()));
      const added = await context.addFindings(fresh);
      const suspects = await suspectsNow(context);
      const result = await observations.show({
        tool: "examine",
        query: `${kind} findings about ${entity}`,
        range,
        sources: telemetry.sourceNames(kind),
        summary: {
          records: rows,
          new: added.map(({ id }) => id),
          known: detected.flatMap((finding) => before.get(identityOf(finding)) ?? []),
          ranking: suspects,
        },
        rows: added.map(findingRow),
        gaps,
      });
      const [strongest] = added;
      const words =
        strongest === undefined
          ? "nothing new"
          : `${added.map(({ id }) => id).join(", ")} found; the first suspect is now ${suspects[0] ?? "nobody"}`;
      return { result, step: `examined the ${kind}s of ${entity}: ${words}` };
    },
  );

/** What a finding is about. A second finding with the same identity adds nothing. */
export const identityOf = ({ kind, entity, peer, evidence: { facts, template } }: Finding): string =>
  JSON.stringify([
    kind,
    entity.id,
    peer,
    template ?? null,
    facts.metric ?? null,
    facts.operation ?? null,
    facts.id ?? null,
  ]);

/**
 * Says who pointed at the data. Whoever looks at many places finds something by chance, so the n-th examination of an
 * investigation counts 1 / (1 + ln n) of its strength.
 */
const attributed = (finding: Finding, examination: number, model: string | null): Finding => ({
  ...finding,
  strength: finding.strength / (1 + Math.log(examination)),
  evidence: { ...finding.evidence, foundBy: { by: "investigator", model: model ?? "unknown", examination } },
});

const findingRow = ({ id, kind, entity, peer, strength, summary, evidence: { facts } }: CitedFinding): ToolRow => ({
  evidence: id,
  kind,
  entity: entity.id,
  peer,
  strength,
  summary,
  ...Object.fromEntries(Object.entries(facts).slice(0, 12)),
});

const suspectsNow = async (context: InvestigationContext): Promise<string[]> =>
  (await context.rankAgain()).slice(0, SHOWN_SUSPECTS).map(({ entity }) => entity.id);

const ReadingInput = z.object({
  evidence_id: z.string().max(20).describe("the finding whose statement you read, such as E7"),
  entity: z.string().describe("the entity at fault: the one that wrote the statement, or the one that it names"),
  cause: z
    .string()
    .max(60)
    .describe(`a cause of the catalogue: ${CAUSES.map(({ id }) => id).join(", ")}`),
});

/** Proposes what a statement means. It can settle a near tie behind the first suspect, and nothing else. */
export const readAs = (context: InvestigationContext): LoopTool =>
  defineTool(
    {
      name: "read_as",
      description:
        "Proposes what the statement or observation of a finding means: a cause at an entity. It settles a near tie " +
        "behind the first suspect, and never adds confidence. Use it for words that the program may not know.",
      input: ReadingInput,
    },
    async ({ evidence_id: id, entity: shown, cause }) => {
      const entity = meant(shown, knownEntities(context)) ?? shown;
      const finding = context.findings.find((each) => each.id === id);
      const refusal = finding === undefined ? UNKNOWN_EVIDENCE : refusalOf(context, finding, entity, cause);
      const key = context.keyOf(id);
      if (refusal !== null || finding === undefined || key === null) return refusal ?? UNKNOWN_EVIDENCE;
      context.readings.push({ findingKey: key, entity, cause });
      const suspects = await suspectsNow(context);
      const result = await context.observations.show({
        tool: "read_as",
        query: `${id} read as ${cause} at ${entity}`,
        range: null,
        sources: [],
        summary: { accepted: true, ranking: suspects },
        rows: [],
      });
      return { result, step: `read ${id} as ${cause} at ${entity}; the first suspect is ${suspects[0] ?? "nobody"}` };
    },
  );

const UNKNOWN_EVIDENCE: CallRefusal = { refused: "there is no finding with this id" };

/** Why a reading is not accepted; null if it is. */
export function refusalOf(
  { readings, keyOf }: Pick<InvestigationContext, "readings" | "keyOf">,
  { id, signal, strength, entity: emitter, peer }: CitedFinding,
  entity: string,
  cause: string,
): CallRefusal | null {
  if (readings.length >= MAX_READINGS) return { refused: `at most ${MAX_READINGS} readings are accepted` };
  if (readings.some(({ findingKey }) => findingKey === keyOf(id))) return { refused: "this finding was read before" };
  if (causeCard(cause) === undefined) return { refused: "there is no such cause in the catalogue" };
  if (signal === "change" || signal === "human" || strength <= 0)
    return { refused: "only abnormal telemetry can be read: a change or a note shows no fault" };
  if (entity !== emitter.id && entity !== peer)
    return {
      refused: "the finding is not about this entity",
      possible: [emitter.id, ...(peer === null ? [] : [peer])],
    };
  return null;
}
