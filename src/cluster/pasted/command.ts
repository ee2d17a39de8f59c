import { pluralType } from "../answers.ts";

/**
 * A `kubectl` command that somebody pasted with its output. `types`: what it asks for, in plural. `isWhole`: its output
 * is the complete list of its namespace. `container`: of logs.
 */
export type PastedCommand = {
  verb: string;
  types: string[];
  names: string[];
  namespace: string;
  container: string;
  isWhole: boolean;
};

/** A prompt ends with one of these characters; a comment with a command in it looks the same. */
const PROMPT = /^.{0,200}?(?:[$#%>❯➜λ»]|\+)\s+/u;
const PROGRAM =
  /^(?:sudo\s+)?(?:\S*\/)?(kubectl|oc|k|kubectl\.exe|microk8s\.?\s?kubectl|k3s kubectl|minikube kubectl --)\s+(\S.*)$/;
/** Only lines with one of these words are looked at closely: a table has many lines. */
const ANY_PROGRAM = /kubectl|(?:^|[\s/])(?:oc|k)\s/;
/** Flags whose next word is their value. */
const WITH_VALUE = new Set(
  (
    "-n --namespace -o --output -l --selector -c --container --context --kubeconfig --field-selector --sort-by --cluster " +
    "--user --as --as-group -s --server --token --tail --since --since-time --for --chunk-size --request-timeout -v"
  ).split(" "),
);

/** Reads a line as a command; null if it is none. `k` counts only after a prompt: it may be any letter otherwise. */
export function readCommand(line: string): PastedCommand | null {
  if (!ANY_PROGRAM.test(line)) return null;
  const prompt = PROMPT.exec(line)?.[0] ?? "";
  const [, program, rest] =
    PROGRAM.exec(line.trimStart()) ?? (prompt === "" ? null : PROGRAM.exec(line.slice(prompt.length))) ?? [];
  if (program === undefined || rest === undefined || (program === "k" && prompt === "")) return null;
  return parsedCommand(rest);
}

function parsedCommand(text: string): PastedCommand | null {
  const [command = "", ...filters] = text.split(/\s+(?:\||>|2>|&&|;)\s*/);
  const words = command.trim().split(/\s+/);
  const flags = new Map<string, string>();
  const positional: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const [, name, value] = /^(--?[\w-]+)=(.*)$/.exec(word) ?? [];
    if (name !== undefined) flags.set(name, value ?? "");
    else if (WITH_VALUE.has(word)) flags.set(word, words[(at += 1)] ?? "");
    else if (/^-n\S/.test(word)) flags.set("-n", word.slice(2));
    else if (word.startsWith("-")) flags.set(word, "");
    else positional.push(word);
  }
  const [verb = "", resource = "", ...more] = positional;
  if (!/^[a-z-]+$/.test(verb)) return null;
  const typed = [resource, ...more].filter((one) => one.includes("/"));
  const isTyped = typed.length > 0;
  const isLogs = verb === "logs";
  const names = isTyped ? typed.map((one) => one.slice(one.indexOf("/") + 1)) : isLogs ? [resource] : more;
  const types = isTyped
    ? typed.map((one) => one.slice(0, one.indexOf("/")))
    : isLogs
      ? ["pods"]
      : verb === "events"
        ? ["events"]
        : resource.split(",");
  return {
    verb,
    types: [...new Set(types.filter((type) => type !== "").map(pluralType))],
    names: names.filter((name) => name !== ""),
    namespace: flags.get("-n") ?? flags.get("--namespace") ?? "",
    container: flags.get("-c") ?? flags.get("--container") ?? (isLogs && !isTyped ? (more[0] ?? "") : ""),
    isWhole:
      names.length === 0 &&
      filters.length === 0 &&
      !["-l", "--selector", "--field-selector", "-w", "--watch"].some((flag) => flags.has(flag)),
  };
}
