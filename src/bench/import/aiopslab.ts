import { readFile } from "node:fs/promises";
import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import { isoTime } from "../../domain/time.ts";
import { AiopslabSession, replaySession } from "./aiopslab-session.ts";
import type { ImportedOracle, Importer, SourceOptions, ImportUnit } from "./importer.ts";
import { wrongTree } from "./refusals.ts";
import { opaqueId, oracleOf, scenarioOf } from "./scenario-parts.ts";
import type { SourceFile } from "./source-tree.ts";

const KIND = "aiopslab";
const LAYOUT = `data/results/<session>_<start>.json
  {problem_id, start_time, trace: [{role: assistant|env, content}], results}
With --registry FILE, a JSON file {problems: [{id, app, namespace, faulty_service, expected}]}, answers are written.`;

const Problem = z.looseObject({
  id: z.string(),
  app: z.string().nullish(),
  namespace: z.string().nullish(),
  faulty_service: z.union([z.string(), z.array(z.string())]).nullish(),
  also_accepted: z.array(z.string()).nullish(),
  expected: z.unknown(),
});
type Problem = z.infer<typeof Problem>;
const Registry = z.looseObject({ problems: z.array(Problem) });

export const aiopslab: Importer = {
  kind: KIND,
  about: "AIOpsLab, what an agent saw in a recorded session",
  layout: LAYOUT,
  version: 1,
  plan: async ({ tree, reading, options }) => {
    const problems = await registryOf(options);
    reading.notes.fact("A case holds only what the recorded agent asked for before it changed anything");
    const units: ImportUnit[] = [];
    for (const file of tree.files.filter(({ path }) => path.endsWith(".json"))) {
      if (options.only !== null && !file.path.includes(options.only)) continue;
      const parsed = AiopslabSession.safeParse(await reading.inputs.json(file));
      if (parsed.success) units.push(unitOf(file, problems, options)); // read again then: there may be thousands
      else reading.notes.dropped("files", "no recorded session: problem_id or trace is missing", file.path);
    }
    if (units.length === 0) throw wrongTree(KIND, tree.root, "no *.json with problem_id and trace", LAYOUT);
    return units;
  },
};

async function registryOf({ registry }: SourceOptions): Promise<ReadonlyMap<string, Problem> | null> {
  if (registry === null) return null;
  try {
    const { problems } = Registry.parse(JSON.parse(await readFile(registry, "utf8")));
    return new Map(problems.map((problem) => [problem.id, problem]));
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", `${registry} is not a registry of problems`, { hint: LAYOUT, cause });
  }
}

const unitOf = (
  file: SourceFile,
  problems: ReadonlyMap<string, Problem> | null,
  options: SourceOptions,
): ImportUnit => ({
  name: file.path,
  async write(out, reading) {
    const session = AiopslabSession.parse(await reading.inputs.json(file));
    const id = opaqueId(KIND, file.path);
    const folder = await out.openCase(id);
    const seen = await replaySession(session, file.path, folder, reading.notes);
    if (seen === 0) {
      reading.notes.dropped("cases", "the agent saw no telemetry and no state of the cluster", file.path);
      return folder.discard();
    }
    const problem = problems?.get(session.problem_id) ?? null;
    if (problems !== null && problem === null)
      reading.notes.dropped("answers", "the registry does not hold the problem", `${file.path}: ${session.problem_id}`);
    const startMs = Number(session.start_time ?? Number.NaN) * 1000;
    const hasTimes = Object.values(folder.counts).some((count) => count > 0) && Number.isFinite(startMs);
    const scenario = scenarioOf({
      id,
      suite: KIND,
      system: problem?.app ?? null,
      title: "A problem was reported",
      alarmAtMs: hasTimes ? startMs : null,
      window: null,
      entry: options.entry,
      tasks: ["localization", "analysis"],
      extra: {
        ...(problem?.namespace ? { namespace: problem.namespace } : {}),
        sessionStart: Number.isFinite(startMs) ? isoTime(startMs) : null,
      },
    });
    await out.finishCase(id, folder, scenario, problem && answerOf(id, problem, session.problem_id, file.path));
  },
});

function answerOf(id: string, problem: Problem, problemId: string, source: string): ImportedOracle {
  const { faulty_service: faulty, also_accepted: others } = problem;
  const services = faulty === null || faulty === undefined ? [] : [faulty].flat();
  const expected = z.looseObject({ system_level: z.string(), fault_type: z.string() }).safeParse(problem.expected);
  return oracleOf(
    id,
    services.map((service) => [service, ...(others ?? [])]),
    {
      faulty: services.length > 0,
      entityKind: services.length > 0 ? "service" : null,
      category: expected.success ? expected.data.fault_type : null,
      notes: { source, problem: problemId, expected: problem.expected ?? null },
    },
  );
}
