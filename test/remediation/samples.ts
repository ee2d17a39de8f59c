import { HANG_MS } from "../hang.ts";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CitedFinding } from "../../src/domain/finding.ts";
import type { Hypothesis, Ranking } from "../../src/domain/hypothesis.ts";
import type { Runbook } from "../../src/domain/runbook.ts";
import type { PlanInput } from "../../src/remediation/plan.ts";
import { FIXED_PART } from "../../src/remediation/fixed-part.ts";
import { readRunbook } from "../../src/remediation/runbook.ts";
import { aFinding, anIncident } from "../fakes.ts";

export const cited = (id: string, given: Parameters<typeof aFinding>[0] = {}): CitedFinding => ({
  ...aFinding(given),
  id,
});

export const aHypothesis = (given: Partial<Hypothesis> = {}): Hypothesis => ({
  entity: { id: "orders", kind: "service" },
  cause: "slow_teapot",
  confidence: 0.8,
  calibrated: false,
  status: "supported",
  reasons: ["why not"],
  for: ["E1"],
  against: [],
  path: ["orders"],
  wouldRefute: "tea at once",
  ...given,
});

export const aRanking = (given: Partial<Ranking> = {}): Ranking => ({
  verdict: "root_cause",
  why: "one stands out",
  onsetMs: 1,
  hypotheses: [aHypothesis()],
  nextEvidence: [],
  ...given,
});

/** A step in YAML; an undefined field is left out. */
export type StepText = Partial<
  Record<"id" | "title" | "risk" | "reversible" | "parameters" | "script" | "verify" | "rollback", string | undefined>
>;

const SOUND_STEP: StepText = {
  id: "restart",
  title: "Restart it",
  risk: "low",
  reversible: "true",
  parameters: "{ WORKLOAD: entity.workload }",
  script: 'kubectl get "${WORKLOAD}"\nkubectl rollout restart "${WORKLOAD}"',
  verify: 'kubectl rollout status "${WORKLOAD}"',
  rollback: 'kubectl rollout undo "${WORKLOAD}"',
};
const SCRIPTS = new Set(["script", "verify", "rollback"]);
const BODY = "## Goal\n\na\n\n## Workflow\n\nb\n\n## Synthesize Findings\n\nc\n\n## Remediation\n\nd\n";

export function skillText({
  steps = [{}],
  extra = "",
  body = BODY,
}: { steps?: readonly StepText[]; extra?: string; body?: string } = {}): string {
  const yaml = steps.map((step) =>
    Object.entries({ ...SOUND_STEP, ...step })
      .flatMap(([key, value]) =>
        value === undefined
          ? []
          : [
              SCRIPTS.has(key)
                ? `${key}: |\n${value
                    .split("\n")
                    .map((line) => `      ${line}`)
                    .join("\n")}`
                : `${key}: ${value}`,
            ],
      )
      .map((line, at) => `${at === 0 ? "  - " : "    "}${line}`)
      .join("\n"),
  );
  const stepsYaml = yaml.length > 0 ? `steps:\n${yaml.join("\n")}\n` : "";
  const frontMatter = "name: teapot\ndescription: When the teapot is slow.\ncauses: [slow_teapot]\n";
  return `---\n${frontMatter}${extra}${stepsYaml}---\n${body}`;
}

export const readSkill = (text: string): Runbook =>
  readRunbook(text, { slug: "teapot", origin: "runbooks/teapot/SKILL.md" });

export const aPlanInput = (given: Partial<PlanInput> = {}): PlanInput => ({
  analysisId: "A1",
  incident: anIncident(),
  ranking: aRanking(),
  findings: [cited("E1")],
  runbooks: [readSkill(skillText())],
  causes: [],
  topology: { nodes: [], edges: [] },
  nowMs: 1_000,
  ...given,
});

const programAt = (name: string): string =>
  execFileSync("bash", ["-c", `type -P ${name}`], { encoding: "utf8" }).trim();
const bash = programAt("bash");
const sha256sum = programAt("sha256sum || type -P shasum");

/** Arguments that apply a script whose cluster answers like `CLUSTER`. */
export const APPLY = ["--apply", "--context", "c1", "--expect", "revision=41"] as const;
/** The same for any script: one that reads no revision refuses to be given one. */
export const applyTo = (script: string): readonly string[] =>
  script.includes("  expect revision ") ? APPLY : APPLY.slice(0, 3);
/** What a cluster answers, by a part of the question. */
export const CLUSTER: Readonly<Record<string, string>> = {
  "jsonpath={.kind}": "Deployment",
  "kubernetes\\.io/revision": "41",
  "rollout history": "deployment.apps/orders\nREVISION  CHANGE-CAUSE\n39        <none>\n41        <none>\n",
};
const isPrecondition = (call: readonly string[]): boolean =>
  call.some((word) => word === "jsonpath={.kind}" || word.includes("kubernetes\\.io/revision"));
/** Calls without those that check the preconditions, and without the cluster that each of them names. */
export const stepCalls = (calls: readonly string[][]): string[][] =>
  calls.filter((call) => !isPrecondition(call)).map((call) => call.filter((word) => word !== "--context=c1"));

/** `state`: what the script recorded beside itself; null if nothing. */
export type Ran = {
  status: number | null;
  stdout: string;
  stderr: string;
  calls: string[][];
  leftovers: string[];
  state: string | null;
};

/**
 * Runs a script in an empty folder with nothing on the PATH but, if `kubectl` is given, a program that notes its
 * arguments and prints the answer to whichever of the texts they hold.
 */
export function runBash(
  script: string,
  {
    args = [],
    env = {},
    kubectl,
    program = "kubectl",
    does = {},
    state,
    fixed = FIXED_PART.text,
  }: {
    /** What the program does instead, in bash, if its arguments hold a text. */
    does?: Readonly<Record<string, string>>;
    /** The text beside the script; null if it is not there. */
    fixed?: string | null;
    args?: readonly string[];
    env?: Record<string, string>;
    kubectl?: Readonly<Record<string, string>>;
    /** The name of that program, where it is another. */
    program?: string;
    state?: string | null;
  } = {},
): Ran {
  const home = mkdtempSync(join(tmpdir(), "causeway-script-"));
  try {
    const [bin, cwd, notes] = [join(home, "bin"), join(home, "cwd"), join(home, "notes")];
    mkdirSync(bin);
    mkdirSync(cwd);
    writeFileSync(notes, "");
    writeFileSync(join(home, "s.sh"), script);
    const stateFile = join(home, "s.sh.state");
    if (state != null) writeFileSync(stateFile, state);
    if (fixed !== null) writeFileSync(join(home, FIXED_PART.fileName), fixed);
    symlinkSync(sha256sum, join(bin, "sha256sum"));
    if (kubectl !== undefined) {
      const cases = Object.entries(kubectl).map(
        ([text, answer]) => `  *${quoted(text)}*) printf %s ${quoted(answer)} ;;`,
      );
      writeFileSync(
        join(bin, program),
        [
          `#!${bash}`,
          `printf '%s\\0' "$@" >> ${quoted(notes)}`,
          `printf '\\0' >> ${quoted(notes)}`,
          'case "$*" in',
          ...Object.entries(does).map(([text, act]) => `  *${quoted(text)}*) ${act} ;;`),
          ...cases,
          "  *) ;;",
          "esac\n",
        ].join("\n"),
      );
      chmodSync(join(bin, program), 0o755);
    }
    const { status, stdout, stderr } = spawnSync(bash, [join(home, "s.sh"), ...args], {
      cwd,
      env: { PATH: bin, ...env },
      encoding: "utf8",
      timeout: HANG_MS,
    });
    const calls = readFileSync(notes, "utf8")
      .split("\0\0")
      .filter((call) => call !== "")
      .map((call) => call.split("\0"));
    const kept = existsSync(stateFile) ? readFileSync(stateFile, "utf8") : null;
    return { status, stdout, stderr, calls, leftovers: readdirSync(cwd), state: kept };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export const bashAccepts = (script: string): boolean => spawnSync(bash, ["-n"], { input: script }).status === 0;

/** The words that bash reads in a line that it printed with %q. */
export const wordsOf = (line: string): string[] =>
  spawnSync(bash, ["-c", 'eval "set -- $1"; printf "%s\\0" "$@"', "words", line], { encoding: "utf8" })
    .stdout.split("\0")
    .slice(0, -1);

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
