import type { RunbookStep } from "../domain/runbook.ts";
import { isObjectSource, isParameterSource, PARAMETER_SOURCES } from "./parameters.ts";
import { type Command, isChange, namesKeptBy, readCommands } from "./step-commands.ts";
import { literal, valuesOf, type Word } from "./step-words.ts";
import { isUndoPatch } from "./undo-source.ts";

/** A fault of a step, with its field. */
export type StepFault = { field: string; what: string };

/** Names with a meaning for bash: a parameter of that name would change how the script runs. */
const BASH_NAMES = [
  "BASH.*|COMP.*|DIRSTACK|EMACS|ENV|EPOCH.*|EUID|EXECIGNORE|FCEDIT|FIGNORE|FUNC.*|GLOB.*|GROUPS|HIST.*",
  "HOME|HOST.*|IFS|IGNOREEOF|INPUTRC|INSIDE_EMACS|LANG|LC_.*|LD_.*|DYLD_.*|LINE.*|LINES|COLUMNS",
  "MACHTYPE|MAIL.*|MAPFILE|OLDPWD|OPT.*|OSTYPE|PATH|PIPESTATUS|POSIXLY_CORRECT|PPID|PROMPT.*|PS[0-9]",
  "PWD|RANDOM|READLINE.*|REPLY|SECONDS|SHELL.*|SHLVL|SRANDOM|TIMEFORMAT|TMOUT|TMPDIR|UID|CAUSEWAY.*",
].join("|");
const BASH_OWN = new RegExp(`^(${BASH_NAMES})$`);
/** Names that every script sets itself. */
const SETTINGS = new Set(["CLUSTER", "CONTEXT", "NAMESPACE", "EXPIRES", "UNDO"]);

/**
 * Finds all faults of a step that its schema cannot express; empty if there are none.
 *
 * @param isSource whether a parameter may have this source; those of runbooks unless given.
 */
export function checkStep(step: RunbookStep, isSource = isParameterSource): StepFault[] {
  const faults: StepFault[] = [];
  const used = new Set<string>();
  /** Values that `script` reads from the cluster, which `verify` and `rollback` may use; and whether anything does. */
  const recorded = new Map<string, boolean>();
  for (const [name, source] of Object.entries(step.parameters)) {
    if (!isSource(source))
      faults.push({
        field: `parameters.${name}`,
        what: `"${source}" is not a source; use one of ${PARAMETER_SOURCES.join(", ")} fact:<name> or undo:<kind>.<word>`,
      });
    if (BASH_OWN.test(name) || SETTINGS.has(name))
      faults.push({ field: `parameters.${name}`, what: "bash or every script uses this name itself; choose another" });
  }
  for (const field of ["script", "verify", "rollback"] as const) {
    const read = readCommands(step[field]);
    if (!read.ok) {
      faults.push({ field, what: `line ${read.line}: ${read.why}` });
      continue;
    }
    const { commands } = read;
    const kept = field === "script" ? [] : [...recorded];
    for (const fault of [...checkShape(field, step, commands), ...checkNames(step, commands, used, recorded, kept)])
      faults.push({ field, what: fault });
  }
  for (const [name, isUsed] of recorded)
    if (!isUsed) faults.push({ field: "script", what: `\${${name}} is read from the cluster but never used` });
  if (faults.length === 0) {
    for (const name of Object.keys(step.parameters)) {
      if (!used.has(name)) faults.push({ field: `parameters.${name}`, what: "is declared but never used" });
    }
  }
  return faults;
}

function checkShape(
  field: "script" | "verify" | "rollback",
  { reversible }: RunbookStep,
  commands: readonly Command[],
): string[] {
  const changes = commands.some(isChange);
  const firstReal = commands.find(({ act }) => act !== "say" && act !== "approver");
  if (commands.length === 0)
    return [field === "rollback" ? "is empty; if nothing can be undone, state that with: say '…'" : "is empty"];
  if (field === "script") {
    if (firstReal === undefined || isChange(firstReal) || firstReal.act === "compute")
      return ["begins with a change; inspect first, for example with: kubectl get …"];
    return changes ? [] : ["changes nothing; read-only commands belong in the Workflow section"];
  }
  if (field === "verify") {
    if (changes) return ["changes something; a verification must be read-only"];
    return firstReal === undefined ? ["checks nothing"] : [];
  }
  return reversible && !changes ? ["undoes nothing, but the step is marked reversible"] : [];
}

function checkNames(
  { parameters }: RunbookStep,
  commands: readonly Command[],
  used: Set<string>,
  recorded: Map<string, boolean>,
  kept: readonly (readonly [string, boolean])[],
): string[] {
  const faults: string[] = [];
  const answers = new Set<string>(kept.map(([name]) => name));
  const own = new Set<string>();
  const need = (name: string, line: number): void => {
    if (recorded.has(name)) recorded.set(name, true);
    if (Object.hasOwn(parameters, name)) used.add(name);
    else if (!answers.has(name))
      faults.push(`line ${line}: \${${name}} is neither declared under parameters nor read by an earlier line`);
  };
  const keep = (name: string, line: number): void => {
    if (Object.hasOwn(parameters, name) || own.has(name) || BASH_OWN.test(name) || SETTINGS.has(name))
      faults.push(`line ${line}: the name ${name} is already in use`);
    answers.add(name);
    own.add(name);
    if (!recorded.has(name)) recorded.set(name, false);
  };
  const safeToLead = (name: string): boolean => answers.has(name) || isObjectSource(parameters[name] ?? "");
  for (const command of commands) {
    const { line } = command;
    const words: readonly Word[] = "argv" in command ? command.argv : [];
    if (command.act === "expect" || command.act === "find")
      for (const name of valuesOf(command.value)) need(name, line);
    for (const word of words) {
      for (const name of valuesOf(word)) need(name, line);
      const [lead] = word;
      if (lead?.kind === "value" && !safeToLead(lead.name))
        faults.push(
          `line ${line}: "\${${lead.name}}" begins an argument, so its value could be read as an option; ` +
            `give it a prefix, such as --name="\${${lead.name}}"`,
        );
    }
    for (const name of patchValues(words))
      if (!answers.has(name) && !(isUndoPatch(parameters[name] ?? "") && isWholePatch(name, words)))
        faults.push(`line ${line}: "\${${name}}" is part of a patch, which takes only values that ask or plus gave`);
    if (command.act === "compute") need(command.from, line);
    if (command.act === "undo") need(command.name, line);
    for (const name of namesKeptBy(command)) keep(name, line);
  }
  return faults;
}

/** True if a value is a whole JSON patch: the renderer checks that it is one. */
const isWholePatch = (name: string, words: readonly Word[]): boolean =>
  words.every(
    (word) =>
      !valuesOf(word).includes(name) ||
      (word.length === 2 && word[0]?.kind === "text" && word[0].text === "--patch=" && word[1]?.kind === "value"),
  ) && words.some((word) => literal(word) === "--type=json");

/** Values inside of a patch: text from the evidence could change its structure, a one-word answer cannot. */
const patchValues = (argv: readonly Word[]): string[] =>
  literal(argv[0]) === "kubectl" && literal(argv[1]) === "patch"
    ? argv.filter(([lead]) => lead?.kind === "text" && /^(?:-p|--patch)/.test(lead.text)).flatMap(valuesOf)
    : [];
