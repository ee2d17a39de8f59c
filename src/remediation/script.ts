import { createHash } from "node:crypto";
import type { Entity } from "../domain/entity.ts";
import type { RunbookStep } from "../domain/runbook.ts";
import { isoTime } from "../domain/time.ts";
import { quoteText, quoteValue } from "./bash-quote.ts";
import { FIXED_PART } from "./fixed-part.ts";
import { kubernetesNames } from "./kubernetes-names.ts";
import { oneLine } from "./one-line.ts";
import { type Precondition, preconditionsOf } from "./preconditions.ts";
import { type Command, namesKeptBy, readCommands } from "./step-commands.ts";
import { literal, valuesOf, type Word } from "./step-words.ts";
import { whyNotInPlace } from "./value-place.ts";

/** What users felt, in words, and the query that shows whether it is over; null if there is none. */
export type SymptomCheck = { text: string; query: string | null };

export type ScriptInput = {
  step: RunbookStep;
  runbook: string;
  incidentId: string;
  target: Entity;
  /** A value from the evidence for each declared parameter, not yet quoted. */
  values: Readonly<Record<string, string>>;
  /** What the cluster showed when the script was planned, by the name of the precondition. Absent: nothing is known. */
  observed?: Readonly<Record<string, string>> | undefined;
  /** The kubectl context of the cluster. Absent, null or empty: the operator names it. */
  context?: string | null | undefined;
  symptom?: SymptomCheck | undefined;
  /** Unix milliseconds. After this time the script changes nothing. */
  expiresAtMs: number;
};
export type Rendered =
  | {
      ok: true;
      script: string;
      sha256: string;
      rollback: string;
      verify: string;
      /** `command`: as a person would type it. */
      preconditions: readonly (Precondition & { command: string })[];
    }
  | { ok: false; why: string };

export const sha256Of = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** An answer that the fixed part accepts from the cluster (`keep`). */
const ONE_WORD = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,252}$/;
const PARTS = ["script", "verify", "rollback"] as const;
type Section = { part: (typeof PARTS)[number]; commands: readonly Command[] };

/**
 * Renders a step as the bash script that a person approves: first what it does, last a line that loads the fixed part.
 * A value is never part of a command's text: it occurs once, quoted, in an assignment, and commands use it as
 * `"${NAME}"`. The same input always gives the same bytes.
 *
 * @param input `step` as the runbook reader accepted it.
 * @returns the script with the sha256 of its bytes, and its rollback and verification as readable commands with values;
 *   or why a value cannot be used in a script.
 */
export function renderScript(input: ScriptInput): Rendered {
  const { step, target, values } = input;
  const { namespace } = kubernetesNames(target);
  const sections: Section[] = [];
  for (const part of PARTS) {
    const read = readCommands(step[part]);
    if (!read.ok) return { ok: false, why: `${part} line ${read.line}: ${read.why}` };
    sections.push({ part, commands: read.commands });
  }
  const all = sections.flatMap(({ commands }) => commands);
  const quoted = new Map<string, string>();
  for (const name of Object.keys(step.parameters).toSorted()) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return { ok: false, why: `${name} has no value` };
    const quote = quoteValue(value);
    const why = quote.ok ? whyNotInPlace(name, value, all) : quote.why;
    if (!quote.ok || why !== null) return { ok: false, why: `the value of ${name} cannot be used in a script: ${why}` };
    quoted.set(name, quote.bash);
  }
  const context = input.context ? quoteValue(input.context) : null;
  if (context?.ok === false) return { ok: false, why: `the context cannot be used in a script: ${context.why}` };
  const preconditions = preconditionsOf(step, values, input.observed ?? {});
  const odd = preconditions.find(({ expected }) => expected !== null && !ONE_WORD.test(expected));
  if (odd !== undefined) return { ok: false, why: `the ${odd.name} that the cluster showed is not one plain word` };
  const script = [
    ...headerOf(input),
    ...[...quoted].map(([name, bash]) => `declare +x -r ${name}=${bash}`),
    ...settingsOf(input, { namespace, context: context?.bash ?? null }, sections),
    "",
    "check() { # before the first change",
    ...(preconditions.length === 0 ? ["  :"] : preconditions.map((each) => `  ${expectationOf(each)}`)),
    "}",
    "",
    ...sections.flatMap((section) => functionOf(section, sections, input.symptom)),
    ...LOADER,
    "",
  ].join("\n");
  const readable = (part: Section["part"]): string =>
    (sections.find((section) => section.part === part)?.commands ?? [])
      .map((command) => readableOf(command, quoted, namespace))
      .join("\n");
  return {
    ok: true,
    script,
    sha256: sha256Of(script),
    rollback: readable("rollback"),
    verify: readable("verify"),
    preconditions: preconditions.map((each) => ({ ...each, command: typed(each.argv, quoted, namespace) })),
  };
}

const headerOf = ({ step, runbook, incidentId, target, expiresAtMs }: ScriptInput): string[] => [
  "#!/usr/bin/env bash",
  `# ${oneLine(step.title)}`,
  `# Incident: ${oneLine(incidentId)}`,
  `# Target:   ${oneLine(target.kind, 60)} ${oneLine(target.id)}`,
  `# Runbook:  ${oneLine(runbook)}, step ${step.id}; risk ${step.risk}; ${step.reversible ? "reversible" : "NOT reversible"}`,
  `# Approved are exactly these bytes: sha256sum of this file prints the report's script_sha256.`,
  `# Expires:  ${isoTime(expiresAtMs)}. It changes nothing without --apply; --check tests it; --help explains.`,
  "",
];

/**
 * Values that the fixed part reads. A context or namespace that the evidence does not give is the operator's to name.
 */
function settingsOf(
  { step, expiresAtMs }: ScriptInput,
  { namespace, context }: { namespace: string | null; context: string | null },
  sections: readonly Section[],
): string[] {
  const usesCluster = sections.some(({ commands }) => commands.some(callsKubectl));
  const answers = [...new Set(sections.flatMap(({ commands }) => commands.flatMap(namesKeptBy)))].toSorted();
  return [
    ...(usesCluster
      ? [
          `CONTEXT=${context ?? "''"}${context === null ? "  # unknown: name it with --context" : ""}`,
          `NAMESPACE=${quoteText(namespace ?? "")}${namespace === null ? "  # unknown: that of the context, or --namespace" : ""}`,
        ]
      : ["CLUSTER=no CONTEXT='' NAMESPACE=''  # it calls no kubectl"]),
    `EXPIRES=${Math.floor(expiresAtMs / 1000)} UNDO=${step.reversible ? "yes" : "no"}`,
    ...(answers.length === 0 ? [] : [`declare +x ${answers.map((name) => `${name}=''`).join(" ")}`]),
  ];
}

const callsKubectl = (command: Command): boolean =>
  command.act === "revisions" || ("argv" in command && literal(command.argv[0]) === "kubectl");

const expectationOf = ({ name, argv, expected }: Precondition): string =>
  `expect ${name} ${quoteText(expected ?? "")} ${wordsOf(argv)}`;

/** The function of one part. The rollback first takes back the values that `apply` recorded. */
function functionOf({ part, commands }: Section, sections: readonly Section[], symptom: SymptomCheck | undefined) {
  const recorded = new Set(sections.find(({ part: of }) => of === "script")?.commands.flatMap(namesKeptBy));
  const kept = new Set(commands.flatMap(namesKeptBy));
  const used = [...new Set(commands.flatMap(namesUsedBy))].filter((name) => recorded.has(name) && !kept.has(name));
  return [
    `${part === "script" ? "apply" : part}() {`,
    ...(part === "script" ? [] : used.map((name) => `  recorded ${name}`)),
    ...commands.map((command) => `  ${bashOf(command)}`),
    ...(part === "verify" && symptom !== undefined ? [`  ${symptomOf(symptom)}`] : []),
    "}",
    "",
  ];
}

/** An `undo` looks up its own name, which may not be recorded. */
const namesUsedBy = (command: Command): string[] => [
  ...("argv" in command
    ? command.argv.flatMap((word) => word.flatMap((p) => (p.kind === "value" ? [p.name] : [])))
    : []),
  ...(command.act === "compute" ? [command.from] : []),
  ...(command.act === "expect" || command.act === "find" ? valuesOf(command.value) : []),
];

/** Longest text of a symptom. A query of an alert can be long. */
const LONGEST = { text: 160, query: 600 };

function symptomOf({ text, query }: SymptomCheck): string {
  const words = [
    oneLine(text, LONGEST.text),
    query === null || query.length > LONGEST.query ? "" : oneLine(query, LONGEST.query),
  ];
  return `symptom ${words.map((word) => quoteText(word)).join(" ")}`;
}

/** Loads the fixed part from beside the script, if it has the approved hash. */
const LOADER = [
  `# The fixed part, ${FIXED_PART.fileName}, is written beside this file. Only this text is run:`,
  'dir=.; [[ "${BASH_SOURCE[0]}" != */* ]] || dir="${BASH_SOURCE[0]%/*}"',
  `fixed="$(<"$dir/${FIXED_PART.fileName}")" || exit 1`,
  `sum="$(printf '%s\\n' "$fixed" | { sha256sum 2>/dev/null || shasum -a 256; })"`,
  `[[ "\${sum%% *}" == ${FIXED_PART.sha256} ]] ||`,
  `  { echo "causeway: $dir/${FIXED_PART.fileName} is not the approved text" >&2; exit 1; }`,
  'eval "$fixed"',
  'main "$@"',
];

const bashOf = (command: Command): string => {
  switch (command.act) {
    case "look":
    case "change":
      return `${command.act} ${wordsOf(command.argv)}`;
    case "ask":
    case "create":
    case "undo":
      return `${command.act} ${command.name} ${wordsOf(command.argv)}`;
    case "expect":
    case "find":
      return `${command.act} ${command.name} ${wordsOf([command.value])} ${wordsOf(command.argv)}`;
    case "approver":
      return `approver ${command.name}`;
    case "revisions":
      return `revisions ${command.current} ${command.previous} ${wordsOf(command.argv)}`;
    case "compute":
      return `compute ${command.name} "\${${command.from}}" ${command.operator} ${command.by}`;
    case "say":
      return `say ${quoteText(command.text)}`;
  }
};

/** The command as a person would type it. An answer of the cluster is not known yet, and stays `"${NAME}"`. */
const readableOf = (command: Command, quoted: ReadonlyMap<string, string>, namespace: string | null): string => {
  if (command.act === "compute") return `${command.name} = \${${command.from}} ${command.operator} ${command.by}`;
  if (command.act === "say") return `# ${command.text}`;
  if (command.act === "approver") return `${command.name} = who approved it`;
  if (command.act === "revisions")
    return `${command.current}, ${command.previous} = the two latest revisions of ${wordsOf(command.argv, quoted)}`;
  const line = typed(command.argv, quoted, namespace);
  if (command.act === "expect") return `${line}  # expected: ${wordsOf([command.value], quoted)}`;
  if (command.act === "find") return `${line}  # must list: ${wordsOf([command.value], quoted)}`;
  if (command.act === "undo") return `${line} "\${${command.name}}"`;
  return command.act === "ask" || command.act === "create" ? `${command.name} = ${line}` : line;
};

function typed(argv: readonly Word[], quoted: ReadonlyMap<string, string>, namespace: string | null): string {
  const [program = "", ...rest] = argv.map((word) => wordsOf([word], quoted));
  const place = program === "kubectl" && namespace !== null ? [`--namespace=${namespace}`] : [];
  return [program, ...place, ...rest].join(" ");
}

const wordsOf = (words: readonly Word[], values?: ReadonlyMap<string, string>): string =>
  words
    .map((word) =>
      word
        .map((part) => (part.kind === "text" ? quoteText(part.text) : (values?.get(part.name) ?? `"\${${part.name}}"`)))
        .join(""),
    )
    .join(" ");
