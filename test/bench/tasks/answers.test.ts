import { describe, expect, it } from "vitest";
import { readCall } from "../../../src/bench/aiopslab/read-call.ts";
import { submissionOf } from "../../../src/bench/aiopslab/score-answer.ts";
import { TaskAnswers } from "../../../src/bench/formats.ts";
import {
  analysisAnswer,
  type AnsweredReport,
  answersOf,
  detectionAnswer,
  labelsOfCause,
  localizationAnswer,
  planAnswer,
  submissionFor,
  submitCall,
} from "../../../src/bench/tasks/answers.ts";
import { serviceNamer, suiteNamer } from "../../../src/bench/tasks/namers.ts";
import { CAUSES } from "../../../src/rca/catalogue.ts";

const hypothesis = (entity: string, kind: string, category: string): AnsweredReport["hypotheses"][number] => ({
  entity,
  entity_kind: kind,
  category,
  confidence: 0.8,
  calibrated: true,
  status: "supported",
  why: "",
  reasons: [],
  evidence_ids: [],
  against_ids: [],
  path: [],
  would_refute: "",
});
const action = (target: string): AnsweredReport["actions"][number] => ({
  id: "an-1-a1",
  title: "",
  runbook: "network-delay",
  step: "restart",
  target,
  target_kind: "service",
  risk: "medium",
  reversible: false,
  blast_radius: { size: "small", entities: [], why: "" },
  script_sha256: "",
  script: "kubectl get pods",
  rollback: "say 'nothing to undo'",
  verify: " \n",
  expires_at: "",
  evidence_ids: [],
});
const report = (fields: Partial<AnsweredReport> = {}): AnsweredReport => ({
  verdict: "root_cause",
  hypotheses: [hypothesis("cart", "service", "network_delay"), hypothesis("mail", "service", "cpu_contention")],
  runbook: { name: "network-delay", why: "", drafted: false, text: null },
  actions: [action("cart")],
  ...fields,
});
const self = suiteNamer(null);

describe("detection", () => {
  it.each<[AnsweredReport["verdict"], boolean | undefined, "Yes" | "No"]>([
    ["root_cause", true, "Yes"],
    ["root_cause", undefined, "Yes"],
    ["recovered", true, "Yes"],
    ["inconclusive", true, "Yes"],
    ["inconclusive", false, "No"],
    ["inconclusive", undefined, "No"],
    ["no_incident", false, "No"],
  ])("of %s with a fault shown %s is %s", (verdict, shown, answer) => {
    expect(detectionAnswer({ verdict, ...(shown === undefined ? {} : { fault_shown: shown }) })).toBe(answer);
  });
});

describe("localization", () => {
  it("names one service, even if the analysis is inconclusive", () => {
    expect(localizationAnswer(report(), self)).toEqual(["cart"]);
    expect(localizationAnswer(report({ verdict: "inconclusive" }), self)).toEqual(["cart"]);
  });
  it("is empty if nothing is wrong or nobody is suspect", () => {
    expect(localizationAnswer(report({ verdict: "no_incident" }), self)).toEqual([]);
    expect(localizationAnswer(report({ hypotheses: [] }), self)).toEqual([]);
  });
  it("names a service as the cluster does: without the suffix of a pod", () => {
    const pod = report({ hypotheses: [hypothesis("url-shorten-mongodb-554db5c4bf-j4pvv", "pod", "unknown")] });
    expect(localizationAnswer(pod, serviceNamer)).toEqual(["url-shorten-mongodb"]);
    const object = report({ hypotheses: [hypothesis("shop/Deployment/cart", "service", "unknown")] });
    expect(localizationAnswer(object, serviceNamer)).toEqual(["cart"]);
  });
  it("passes over a suspect that the suite does not list", () => {
    const listed = suiteNamer({ entityKinds: ["app"], entities: ["app/mail"], causes: [] });
    expect(localizationAnswer(report(), listed)).toEqual(["app/mail"]);
  });
});

describe("analysis", () => {
  it("takes both labels from the card of the cause", () => {
    expect(CAUSES.length).toBeGreaterThan(100);
    for (const { id, systemLevel, faultType } of CAUSES)
      expect(analysisAnswer(report({ hypotheses: [hypothesis("x", "service", id)] }))).toEqual({
        system_level: systemLevel,
        fault_type: faultType,
      });
  });
  it.each([
    ["node", "Operating System", "Operation Error"],
    ["host", "Operating System", "Operation Error"],
    ["namespace", "Virtualization", "Misconfiguration"],
    ["external", "Application", "Dependency Problem"],
    ["service", "Application", "Code Defect"],
  ])("of an unknown cause on a %s is %s, %s", (kind, level, type) => {
    expect(labelsOfCause("unknown", kind)).toEqual({ system_level: level, fault_type: type });
  });
  it("is none if nothing is wrong or nobody is suspect", () => {
    expect(analysisAnswer(report({ verdict: "no_incident" }))).toBeNull();
    expect(analysisAnswer(report({ hypotheses: [] }))).toBeNull();
  });
});

describe("the plan", () => {
  it("has the runbook, its target, and what makes an action safe", () => {
    expect(planAnswer(report(), self)).toEqual({
      cause: "network_delay",
      target: "cart",
      runbook: "network-delay",
      isDraft: false,
      isProposed: true,
      actions: [
        {
          step: "restart",
          target: "cart",
          risk: "medium",
          reversible: false,
          hasRollback: true,
          hasVerification: false,
        },
      ],
    });
  });
  it("of an inconclusive analysis is for reading only", () => {
    expect(planAnswer(report({ verdict: "inconclusive", actions: [] }), self)).toMatchObject({ isProposed: false });
  });
  it("is none without a runbook and an action", () => {
    expect(planAnswer(report({ runbook: null, actions: [] }), self)).toBeNull();
    expect(planAnswer(report({ hypotheses: [] }), self)).toBeNull();
  });
});

describe("the call that submits", () => {
  const quiet = report({ verdict: "no_incident", hypotheses: [], runbook: null, actions: [] });
  const odd = report({ hypotheses: [hypothesis('a"b\\c\n', "service", "network_delay")] });
  it.each([
    ["a root cause", report()],
    ["nothing wrong", quiet],
    ["a name with quotes and a line end", odd],
  ])("for %s is read back as the submission", (_, given) => {
    const answers = TaskAnswers.parse(answersOf(given, self));
    for (const task of ["detection", "localization", "analysis", "mitigation"] as const) {
      const message = `\`\`\`\n${submitCall(task, answers)}\n\`\`\``;
      expect(readCall(message)).toMatchObject({ name: "submit", named: {} });
      expect(submissionOf([message])).toEqual(submissionFor(task, answers));
    }
  });
  it("has no argument for a mitigation, nor for an analysis without a fault", () => {
    expect(submitCall("mitigation", answersOf(report(), self))).toBe("submit()");
    expect(submitCall("analysis", answersOf(quiet, self))).toBe("submit()");
    expect(submitCall("localization", answersOf(quiet, self))).toBe("submit([])");
  });
});
