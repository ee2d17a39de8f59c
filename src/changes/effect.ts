import { dependencyEffect } from "./dependency-effect.ts";
import { type CodeDiff, readDiff } from "./diff.ts";
import type { Effect } from "./effect-type.ts";
import { fileRole } from "./files.ts";
import { calls, codeTokens, defined, isNumber, isText } from "./tokens.ts";
import { valueChanges } from "./value-change.ts";

const INERT: Effect = { weight: 0.02, why: "does not change running code" };
/** The change has no diff, so it may do anything. */
export const UNREAD: Effect = { weight: 0.4, why: "its content is not recorded" };
/** A commit with only a title, where other commits come with diffs. */
const TITLE_ONLY: Effect = { weight: 0.2, why: "its diff is not recorded" };

const SQL = /\b(?:select\b.+\bfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|join\s+\w+\s+on)\b/i;
const DESTRUCTIVE_SQL = new RegExp(
  String.raw`\b(?:drop|truncate|rename|lock)\s+(?:table|column|index|constraint)\b|\balter\s+table\b` +
    String.raw`|\bcreate\s+(?:unique\s+)?index\s+(?!concurrently)`,
  "i",
);
const LOOP = /\b(?:for|foreach|forEach|while|map|each|range)\b/;
/** Verbs of calls that leave the process. */
const REMOTE_VERB = new RegExp(
  String.raw`^(?:(?:fetch|query|exec|execute|send|publish|post|request|invoke)(?=[A-Z_\d]|$)` +
    String.raw`|(?:get|find|load|put|save|list|lookup|insert|update|delete|call|retry)(?=[A-Z_]))`,
);
/** Calls on objects that represent another process. */
const REMOTE_OWNER = new RegExp(
  String.raw`\b(?:client|http|https|db|database|conn|connection|api|redis|kafka|axios|requests` +
    String.raw`|session|stub|repository)\w*\.(\w+)\(`,
  "gi",
);
/** Code that keeps running after its first line returns. */
const BACKGROUND = new RegExp(
  String.raw`\bgo func\b|\bgo \w[\w.]*\(|\bnew Thread\b|\bsetInterval\(` +
    String.raw`|\b(?:spawn|subscribe|addEventListener|add_listener|create_task)\(`,
  "i",
);
/** Logging and metrics: code without effect of its own. */
const TELEMETRY_CODE = new RegExp(
  String.raw`\b(?:log|logger|logging|console|span|tracer|metrics?|prometheus|slog|meter|counter|histogram)\b` +
    String.raw`\s*(?:\.|:=|=|\()|\.(?:Inc|Observe|SetAttributes)\(|^\s*(?:Name|Help|Buckets):`,
  "i",
);
/** Safeguards of a language. Code without them works until the case that they guard against. */
const SAFEGUARD = new RegExp(
  String.raw`^(?:await|defer|finally|try|catch|except|synchronized|volatile|atomic\w*|mutex|lock|\w*lock` +
    String.raw`|transaction|recover|using|with)$`,
  "i",
);
/** Numbers that occur everywhere, and HTTP status codes. */
const COMMON_NUMBER = /^(?:[01]|[2-5]\d\d)$/;

/** Rates a change by its files, title and diff. Their text is data: it is matched, never interpreted. */
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
  const removed = diff.removed.filter((line) => !TELEMETRY_CODE.test(line));
  const added = diff.added.filter((line) => !TELEMETRY_CODE.test(line));
  if (removed.length + added.length === 0) {
    if (diff.reordered) return { weight: 0.5, why: "reorders code" };
    return diff.removed.length + diff.added.length > 0
      ? { weight: 0.1, why: "changes only logging or metrics" }
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
  if (added.some((line) => DESTRUCTIVE_SQL.test(line)))
    options.push({ weight: 0.8, why: "alters or locks a database table" });
  if (values.has("lowered far")) options.push({ weight: 1, why: "lowers a limit or a duration by half or more" });
  if (values.has("lowered")) options.push({ weight: 0.5, why: "lowers a limit or a duration slightly" });
  if (values.has("raised far")) options.push({ weight: 0.6, why: "raises a limit or a duration several times over" });
  if (values.has("raised")) options.push({ weight: 0.2, why: "raises a limit or a duration slightly" });
  if (values.has("flipped")) options.push({ weight: 0.8, why: "inverts a setting" });
  if (values.has("condition")) options.push({ weight: 0.6, why: "changes a condition" });
  if (newSql) options.push({ weight: 0.9, why: "adds a database query" });
  if (leaves)
    options.push(
      loops ? { weight: 0.9, why: "adds a remote call in a loop" } : { weight: 0.5, why: "adds a remote call" },
    );
  const callsLost = [...names].some((name) => !namesAfter.has(name) && !own.has(name));
  const takenAway =
    callsLost ||
    lost.some((token) => SAFEGUARD.test(token)) ||
    unmatched
      .flatMap(codeTokens)
      .some((token) => isNumber(token) && !COMMON_NUMBER.test(token) && !tokensAfter.has(token));
  if (takenAway && gained.length === 0 && values.size === 0)
    options.push({ weight: 1, why: "removes code without a replacement" });
  else if (lost.some((token) => SAFEGUARD.test(token))) options.push({ weight: 0.7, why: "removes a safeguard" });
  if (values.has("text") && lost.some(isText))
    options.push(
      removed.some((line) => SQL.test(line))
        ? { weight: 0.7, why: "changes a database query" }
        : { weight: 0.2, why: "changes a text or a name" },
    );
  if (added.some((line) => BACKGROUND.test(line)) && !removed.some((line) => BACKGROUND.test(line)))
    options.push({ weight: 0.6, why: "starts a background task" });
  if (added.length === 0) options.push({ weight: 0.6, why: "removes lines without a replacement" });
  if (options.length === 0) options.push(plainEffect(removed, added, gained.length));
  return options.reduce((most, option) => (option.weight > most.weight ? option : most));
}

function plainEffect(removed: readonly string[], added: readonly string[], gained: number): Effect {
  if (removed.length > 0 && gained > 0) return { weight: 0.15, why: "moves code into a helper" };
  if (removed.length > 0) return { weight: 0.2, why: "rewrites a few lines" };
  return added.some((line) => /\breturn\b/.test(line))
    ? { weight: 0.2, why: "adds a guard or a handler" }
    : { weight: 0.2, why: "adds code" };
}
