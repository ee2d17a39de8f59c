import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";

/** What the orchestrator gives an agent before the first action: AIOpsLab's arguments of `init_context`. */
export const SessionRequest = z.object({
  desc: z.string().max(100_000),
  instructions: z.string().max(100_000).default(""),
  apis: z.record(z.string(), z.string()).default({}),
  /** For example `revoke_auth_mongodb-localization-1`; absent in AIOpsLab's own loop. */
  problemId: z.string().max(200).nullish(),
  maxSteps: z.number().int().min(2).max(200).default(20),
});
export type SessionRequest = z.infer<typeof SessionRequest>;

export const TASKS = ["detection", "localization", "analysis", "mitigation"] as const;
/** `apis`: names of the actions that the environment offers. */
export type Brief = {
  task: (typeof TASKS)[number];
  namespace: string;
  application: string | null;
  apis: readonly string[];
  maxSteps: number;
};

/** Words of the instructions of each task, most specific first. */
const TASK_WORDS: readonly [Brief["task"], RegExp][] = [
  ["analysis", /system_level|root cause analysis/i],
  ["localization", /faulty[_ ]components|locali[sz]/i],
  ["detection", /has_anomaly|detect/i],
  ["mitigation", /mitigat/i],
];

/**
 * Reads the task, the namespace and the application from the texts of the problem.
 *
 * @throws {IncidentError} BAD_INPUT when the texts name no task or no namespace.
 */
export function readBrief({ desc, instructions, apis, problemId, maxSteps }: SessionRequest): Brief {
  const ofProblem = TASKS.find((name) => problemId?.includes(`-${name}`));
  const texts = [apis.submit ?? "", desc, instructions];
  const task = ofProblem ?? texts.flatMap((text) => TASK_WORDS.find(([, words]) => words.test(text))?.[0] ?? [])[0];
  if (task === undefined)
    throw new IncidentError("BAD_INPUT", "the description names no task", {
      hint: `Send problemId, such as name-localization-1, or a description of one of: ${TASKS.join(", ")}.`,
    });
  const namespace = /^\s*namespace:\s*["']?([a-z0-9][a-z0-9-]*)/im.exec(desc)?.[1];
  if (namespace === undefined)
    throw new IncidentError("BAD_INPUT", "the description names no namespace", {
      hint: 'It must have a line such as "Namespace: test-hotel-reservation".',
    });
  const application = /^\s*service name:\s*(.+)$/im.exec(desc)?.[1]?.trim() ?? null;
  return { task, namespace, application, apis: Object.keys(apis), maxSteps };
}
