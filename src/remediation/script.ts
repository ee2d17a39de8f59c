import { createHash } from "node:crypto";
import type { Entity } from "../domain/entity.ts";
import type { RunbookStep } from "../domain/runbook.ts";
import { quoteText, quoteValue } from "./bash-quote.ts";
import { kubernetesNames } from "./kubernetes-names.ts";
import { oneLine } from "./one-line.ts";
import { SCRIPT_PRELUDE } from "./script-prelude.ts";
import { type Command, readCommands } from "./step-commands.ts";
import type { Word } from "./step-words.ts";

export type ScriptInput = {
  step: RunbookStep;
  runbook: string;
  incidentId: string;
  target: Entity;
  /** A value from the evidence for each declared parameter, not yet quoted. */
  values: Readonly<Record<string, string>>;
};
export type Rendered =
  | { ok: true; script: string; sha256: string; rollback: string; verify: string }
  | { ok: false; why: string };

export const sha256Of = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/**
 * Renders a step as the bash script that a person approves. A value is never part of a command's text: it occurs once,
 * quoted, in an assignment, and commands use it as `"${NAME}"`. The same step and values always give the same bytes.
 *
 * @param input `step` as the runbook reader accepted it.
 * @returns the script with the sha256 of its bytes, and its rollback and verification as readable commands with values;
 *   or why a value cannot be used in a script.
 */
export function renderScript({ step, runbook, incidentId, target, values }: ScriptInput): Rendered {
  const { namespace } = kubernetesNames(target);
  const quoted = new Map<string, string>();
  for (const name of Object.keys(step.parameters).toSorted()) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return { ok: false, why: `${name} has no value` };
    const quote = quoteValue(value);
    if (!quote.ok) return { ok: false, why: `the value of ${name} cannot be used in a script: ${quote.why}` };
    quoted.set(name, quote.bash);
  }
  const sections: { part: "script" | "verify" | "rollback"; commands: readonly Command[] }[] = [];
  for (const part of ["script", "verify", "rollback"] as const) {
    const read = readCommands(step[part]);
    if (!read.ok) return { ok: false, why: `${part} line ${read.line}: ${read.why}` };
    sections.push({ part, commands: read.commands });
  }
  const answers = [
    ...new Set(
      sections.flatMap(({ commands }) =>
        commands.flatMap((c) => (c.act === "ask" || c.act === "compute" ? [c.name] : [])),
      ),
    ),
  ].toSorted();
  const reversibility = step.reversible ? "reversible" : "NOT reversible";
  const script = [
    "#!/usr/bin/env bash",
    `# ${oneLine(step.title)}`,
    `# Incident: ${oneLine(incidentId)}`,
    `# Target:   ${oneLine(target.kind, 60)} ${oneLine(target.id)}`,
    `# Runbook:  ${oneLine(runbook)}, step ${step.id}; risk ${step.risk}; ${reversibility}`,
    "# The approval covers exactly these bytes: sha256sum of this file must print the report's script_sha256.",
    "# It changes nothing without --apply or CAUSEWAY_APPLY=1: see --help.",
    "set -euo pipefail",
    "",
    "# Values from the evidence, quoted. Used below only as whole arguments; not exported.",
    ...[...quoted].map(([name, bash]) => `declare +x -r ${name}=${bash}`),
    ...answers.map((name) => `declare +x ${name}=''`),
    `namespace=${quoteText(namespace ?? "")}${namespace === null ? NAMESPACE_UNKNOWN : ""}`,
    "",
    SCRIPT_PRELUDE,
    "",
    ...sections.flatMap(({ part, commands }) => [
      `${part === "script" ? "apply" : part}() {`,
      ...commands.map((command) => `  ${bashOf(command)}`),
      "}",
      "",
    ]),
    'main "$@"',
    "",
  ].join("\n");
  const readable = (part: "rollback" | "verify"): string =>
    (sections.find((section) => section.part === part)?.commands ?? [])
      .map((command) => readableOf(command, quoted, namespace))
      .join("\n");
  return { ok: true, script, sha256: sha256Of(script), rollback: readable("rollback"), verify: readable("verify") };
}

const NAMESPACE_UNKNOWN = "  # unknown: that of your kubectl context, or --namespace";

const bashOf = (command: Command): string => {
  switch (command.act) {
    case "look":
      return `look ${wordsOf(command.argv)}`;
    case "change":
      return `${command.checkable ? "change_checkable" : "change"} ${wordsOf(command.argv)}`;
    case "ask":
      return `ask ${command.name} ${wordsOf(command.argv)}`;
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
  const [program = "", ...rest] = command.argv.map((word) => wordsOf([word], quoted));
  const line = [
    program,
    ...(program === "kubectl" && namespace !== null ? [`--namespace=${namespace}`] : []),
    ...rest,
  ].join(" ");
  return command.act === "ask" ? `${command.name} = ${line}` : line;
};

const wordsOf = (words: readonly Word[], values?: ReadonlyMap<string, string>): string =>
  words
    .map((word) =>
      word
        .map((part) => (part.kind === "text" ? quoteText(part.text) : (values?.get(part.name) ?? `"\${${part.name}}"`)))
        .join(""),
    )
    .join(" ");
