import { dependencyEffect } from "./dependency-effect.ts";
import { type CodeDiff, readDiff } from "./diff.ts";
import type { Effect } from "./effect-type.ts";
import { fileRole } from "./files.ts";
import { calls, codeTokens, defined, isNumber, isText } from "./tokens.ts";
import { valueChanges } from "./value-change.ts";

const INERT: Effect = { weight: 0.02, why: "touches nothing that runs" };
/** No diff to read: it may be anything. */
export const UNREAD: Effect = { weight: 0.4, why: "what it alters is not recorded" };
/** A commit of which only the title is recorded, among others with their diffs. */
const TITLE_ONLY: Effect = { weight: 0.2, why: "its diff is not recorded" };

const SQL = /\b(?:select\b.+\bfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|join\s+\w+\s+on)\b/i;
const DESTRUCTIVE_SQL =
  /\b(?:drop|truncate|rename|lock)\s+(?:table|column|index|constraint)\b|\balter\s+table\b|\bcreate\s+(?:unique\s+)?index\s+(?!concurrently)/i;
const LOOP = /\b(?:for|foreach|forEach|while|map|each|range)\b/;
/** Calls that leave the process, as their verbs say. */
const REMOTE_VERB =
  /^(?:(?:fetch|query|exec|execute|send|publish|post|request|invoke)(?=[A-Z_\d]|$)|(?:get|find|load|put|save|list|lookup|insert|update|delete|call|retry)(?=[A-Z_]))/;
/** Calls on what stands for another process. */
const REMOTE_OWNER =
  /\b(?:client|http|https|db|database|conn|connection|api|redis|kafka|axios|requests|session|stub|repository)\w*\.(\w+)\(/gi;
/** What goes on after the line that starts it is done. */
const GOES_ON =
  /\bgo func\b|\bgo \w[\w.]*\(|\bnew Thread\b|\bsetInterval\(|\b(?:spawn|subscribe|addEventListener|add_listener|create_task)\(/i;
/** Code that tells what happens and does nothing itself. */
const TELLING =
  /\b(?:log|logger|logging|console|span|tracer|metrics?|prometheus|slog|meter|counter|histogram)\b\s*(?:\.|:=|=|\()|\.(?:Inc|Observe|SetAttributes)\(|^\s*(?:Name|Help|Buckets):/i;
/** Safeguards of a language: code without them runs as before, until it does not. */
const SAFEGUARD =
  /^(?:await|defer|finally|try|catch|except|synchronized|volatile|atomic\w*|mutex|lock|\w*lock|transaction|recover|using|with)$/i;
/** Numbers that are everywhere, and status codes of HTTP. */
const COMMON_NUMBER = /^(?:[01]|[2-5]\d\d)$/;

/** Read by its files, its title and its diff. The text is data: it is matched, never obeyed. */
export function effectOf({
  summary,
  files,
  diff,
}: {
  summary: string | null;
  files: readonly string[];
  diff: string | null;
}): Effect {
  const roles = new Set(files.map(fileRole));
  if (roles.size > 0 && !roles.has("code")) return roles.has("dependencies") ? dependencyEffect(diff) : INERT;
  if (diff === null)
    return /^\W*(?:docs?|tests?|style|ci)\b[^:]*:/i.test(summary ?? "")
      ? INERT
      : files.length > 0
        ? TITLE_ONLY
        : UNREAD;
  return codeEffect(readDiff(diff, (path) => fileRole(path) === "code"));
}

function codeEffect(diff: CodeDiff): Effect {
  const removed = diff.removed.filter((line) => !TELLING.test(line));
  const added = diff.added.filter((line) => !TELLING.test(line));
  if (removed.length + added.length === 0) {
    if (diff.reordered) return { weight: 0.5, why: "does the same in another order" };
    return diff.removed.length + diff.added.length > 0
      ? { weight: 0.1, why: "alters only what is logged or measured" }
      : INERT;
  }
  const own = new Set(added.flatMap(defined));
  const [before, after] = [removed.flatMap(calls), added.flatMap(calls).filter(({ name }) => !own.has(name))];
  const [names, namesAfter] = [new Set(before.map(({ name }) => name)), new Set(after.map(({ name }) => name))];
  const gained = after.filter(({ name }) => !names.has(name));
  const tokensAfter = new Set(added.flatMap(codeTokens));
  const lost = [...new Set(removed.flatMap(codeTokens))].filter((token) => !tokensAfter.has(token));
  const { values, unmatched } = valueChanges(removed, added);

  const newSql = added.some((line) => SQL.test(line)) && !removed.some((line) => SQL.test(line));
  const remote = new Set(added.flatMap((line) => [...line.matchAll(REMOTE_OWNER)].map(([, name]) => name)));
  const leaves = gained.some(
    ({ name, method }) =>
      method && (remote.has(name) || REMOTE_VERB.test(name.slice(0, 1).toLowerCase() + name.slice(1))),
  );
  const loops = [...added, ...diff.context].some((line) => LOOP.test(line));
  const options: Effect[] = [];
  if (added.some((line) => DESTRUCTIVE_SQL.test(line))) options.push({ weight: 0.8, why: "alters or locks a table" });
  if (values.has("lowered far")) options.push({ weight: 1, why: "lowers a limit or a time by half or more" });
  if (values.has("lowered")) options.push({ weight: 0.5, why: "lowers a limit or a time a little" });
  if (values.has("raised far")) options.push({ weight: 0.6, why: "raises a limit or a time several times" });
  if (values.has("raised")) options.push({ weight: 0.2, why: "raises a limit or a time a little" });
  if (values.has("flipped")) options.push({ weight: 0.8, why: "turns a setting round" });
  if (values.has("condition")) options.push({ weight: 0.6, why: "alters a condition" });
  if (newSql) options.push({ weight: 0.9, why: "adds a query" });
  if (leaves)
    options.push(
      loops
        ? { weight: 0.9, why: "adds a call that leaves the process, in a loop" }
        : { weight: 0.5, why: "adds a call that leaves the process" },
    );
  const callsLost = [...names].some((name) => !namesAfter.has(name) && !own.has(name));
  const takenAway =
    callsLost ||
    lost.some((token) => SAFEGUARD.test(token)) ||
    unmatched
      .flatMap(codeTokens)
      .some((token) => isNumber(token) && !COMMON_NUMBER.test(token) && !tokensAfter.has(token));
  if (takenAway && gained.length === 0 && values.size === 0)
    options.push({ weight: 1, why: "takes something away and puts nothing in its place" });
  else if (lost.some((token) => SAFEGUARD.test(token))) options.push({ weight: 0.7, why: "drops a safeguard" });
  if (values.has("text") && lost.some(isText))
    options.push(
      removed.some((line) => SQL.test(line))
        ? { weight: 0.7, why: "alters a query" }
        : { weight: 0.2, why: "alters a text or a name" },
    );
  if (added.some((line) => GOES_ON.test(line)) && !removed.some((line) => GOES_ON.test(line)))
    options.push({ weight: 0.6, why: "starts something that goes on" });
  if (added.length === 0) options.push({ weight: 0.6, why: "removes lines and puts nothing in their place" });
  if (options.length === 0) options.push(plainEffect(removed, added, gained.length));
  return options.reduce((most, option) => (option.weight > most.weight ? option : most));
}

function plainEffect(removed: readonly string[], added: readonly string[], gained: number): Effect {
  if (removed.length > 0 && gained > 0) return { weight: 0.15, why: "says the same through a helper" };
  if (removed.length > 0) return { weight: 0.2, why: "rewrites a few lines" };
  return added.some((line) => /\breturn\b/.test(line))
    ? { weight: 0.2, why: "adds a guard or a handler" }
    : { weight: 0.2, why: "adds code" };
}
