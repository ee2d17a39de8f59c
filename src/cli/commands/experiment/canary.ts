import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { CANARY_MARGINS, promoteCanary, startCanary, stopCanary } from "../../../app/canaries.ts";
import { openCanaries } from "../../../compose/canaries.ts";
import { loadConfig } from "../../../config.ts";
import type { CanaryCandidate, CanaryStore } from "../../../domain/canary.ts";
import { MODEL_TASKS, type ModelTask } from "../../../domain/chat-model.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { renderCanary } from "../../../render/canary.ts";
import { type Io, print } from "../../io.ts";
import { whoami } from "../../whoami.ts";
import { wholeNumber } from "../bench/options.ts";

const DEFAULT_PER_STAGE = 30;

type StartFlags = {
  task: ModelTask;
  model?: string;
  promptFile?: string;
  promptVersion?: number;
  perStage: number;
  alpha: number;
  why: string;
};

const level = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError("It takes a number between 0 and 1.");
  return value;
};

/** The prompt that a file holds, for the task's own prompt. */
async function promptOf({ task, promptFile, promptVersion }: StartFlags): Promise<CanaryCandidate["prompt"]> {
  if (promptFile === undefined) return undefined;
  if (promptVersion === undefined)
    throw new IncidentError("BAD_INPUT", "--prompt-file needs --prompt-version", {
      hint: "Give the version that this text would have, so that the ledger can tell them apart.",
    });
  const system = await readFile(promptFile, "utf8").catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `cannot read the prompt ${promptFile}`, { hint: "Give a text file.", cause });
  });
  return { name: task, version: promptVersion, system };
}

/** `experiment canary status|start|promote|stop`. */
export function addCanaryCommands(experiment: Command, io: Io): void {
  const canary = experiment
    .command("canary")
    .description("try another model or prompt beside the one in force, on a growing share of incidents");
  const withStore = async (use: (store: CanaryStore) => Promise<void>): Promise<void> => {
    const store = await openCanaries(loadConfig({}, io.env));
    try {
      await use(store);
    } finally {
      await store.close();
    }
  };
  const show = async (store: CanaryStore, id: string): Promise<void> => {
    const found = (await store.listCanaries()).find((one) => one.id === id);
    if (found !== undefined) print(io, renderCanary(found, await store.canarySteps(id)));
  };

  canary
    .command("status")
    .description("show all canaries with their guardrails and steps, newest first")
    .option("--json", "print JSON, with the last comparisons")
    .action(({ json }: { json?: boolean }) =>
      withStore(async (store) => {
        const all = await store.listCanaries();
        if (json === true) {
          const whole = all.map(async (one) => ({
            ...one,
            steps: await store.canarySteps(one.id),
            comparisons: await store.canaryComparisons(one.id, 20),
          }));
          return print(io, JSON.stringify(await Promise.all(whole), null, 2));
        }
        if (all.length === 0) return print(io, "no canary was started");
        for (const { id } of all) await show(store, id);
      }),
    );

  canary
    .command("start")
    .description("run a candidate in shadow: its answers are recorded, not shown")
    .addOption(new Option("--task <task>", "what the model is used for").choices(MODEL_TASKS).makeOptionMandatory())
    .option("--model <name>", "another model of the same server")
    .option("--prompt-file <file>", "another text of the task's prompt")
    .option("--prompt-version <n>", "the version of that text", wholeNumber)
    .option("--per-stage <n>", "comparisons at each share of incidents", wholeNumber, DEFAULT_PER_STAGE)
    .option("--alpha <level>", "chance of a false return, however often it is looked at", level, 0.05)
    .requiredOption("--why <text>", "the reason, for the record")
    .action((flags: StartFlags) =>
      withStore(async (store) => {
        if (loadConfig({}, io.env).modelPlan.models.length === 0)
          throw new IncidentError("CONFIG", "no model is configured that a canary could be compared with", {
            hint: "Set OPENAI_API_KEY or OPENAI_BASE_URL; see docs/model.md.",
          });
        const { task, model, perStage, alpha, why } = flags;
        const prompt = await promptOf(flags);
        const candidate = { ...(model !== undefined && { model }), ...(prompt !== undefined && { prompt }) };
        const { id } = await startCanary(
          store,
          { task, candidate, perStage, alpha, margins: CANARY_MARGINS },
          { by: whoami(), why, nowMs: io.now() },
        );
        await show(store, id);
      }),
    );

  canary
    .command("promote <canary-id>")
    .description("show the candidate's answers, to 1, 10, 50 and 100 % of incidents; it returns if a guardrail breaks")
    .action((id: string) =>
      withStore(async (store) => {
        await promoteCanary(store, id, { by: whoami(), nowMs: io.now() });
        await show(store, id);
      }),
    );

  canary
    .command("stop <canary-id>")
    .description("end a canary: the configuration of the settings answers everything again")
    .requiredOption("--why <text>", "the reason, for the record")
    .action((id: string, { why }: { why: string }) =>
      withStore(async (store) => {
        await stopCanary(store, id, { by: whoami(), why, nowMs: io.now() });
        await show(store, id);
      }),
    );
}
