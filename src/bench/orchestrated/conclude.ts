import { analyseOnce } from "../../app/analyse-once.ts";
import { withScratchAgent } from "../../compose/scratch-agent.ts";
import type { Config } from "../../config.ts";
import type { Log } from "../../domain/log.ts";
import { answersOf, submitCall } from "../tasks/answers.ts";
import { serviceNamer } from "../tasks/namers.ts";
import type { Brief } from "./brief.ts";
import { approvedCalls, type AutoApproval, policyWords } from "./fixes.ts";
import { incidentOfSession, observedIncident } from "./observed-incident.ts";
import type { SessionEnd, SessionDeps } from "./session-graph.ts";

export type ConcludeParts = {
  config: Pick<Config, "runbooks" | "model" | "nodeTimeoutMs">;
  log: Log;
  policy: AutoApproval;
};

/**
 * Analyses what a session observed, as any incident, and answers its task. An analysis that fails still gives an
 * answer: a session always submits.
 */
export const concludeWith =
  ({ config, log, policy }: ConcludeParts): SessionDeps["conclude"] =>
  async (sessionId, brief, turns): Promise<SessionEnd> => {
    const incident = incidentOfSession(sessionId, brief);
    try {
      const { report } = await withScratchAgent(
        { config, incidents: observedIncident(incident, brief, turns), memory: null, log },
        (agent) => analyseOnce(agent, sessionId),
      );
      const [first] = report.hypotheses;
      const blamed = first === undefined ? "nothing blamed" : `${first.entity}: ${first.category}`;
      return {
        submit: submitCall(brief.task, answersOf(report, serviceNamer)),
        calls: brief.task === "mitigation" ? approvedCalls(report.actions, brief.namespace, policy) : [],
        summary: `${report.verdict}; ${blamed}; ${policyWords(policy)}`,
      };
    } catch (error) {
      log.error({ err: error, sessionId }, "the session could not be analysed; an empty answer is submitted");
      return { submit: emptyAnswer(brief.task), calls: [], summary: "the analysis failed" };
    }
  };

const emptyAnswer = (task: Brief["task"]): string =>
  task === "detection" ? 'submit("No")' : task === "localization" ? "submit([])" : "submit()";
