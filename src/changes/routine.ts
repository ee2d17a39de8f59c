import type { Change } from "../domain/telemetry.ts";

/**
 * Titles of changes that touch no request: texts, log levels and the tools that watch the system. A debug level is no
 * routine: it slows programs down and fills disks.
 */
const ROUTINE = new RegExp(
  String.raw`\b(?:log(?:ging)?[ -]?levels?(?!.*\b(?:debug|trace)\b)|banners?|translations?|wording|typos?` +
    String.raw`|alert (?:receivers?|routing|rules?)|dashboards?|readme|changelog|documentation|docs|comments?)\b`,
  "i",
);

/**
 * True for a change whose title says that it touches no request. A deploy replaces the program, whatever its title
 * says.
 */
export const isRoutine = ({ kind, summary }: Pick<Change, "kind" | "summary">): boolean =>
  kind !== "deploy" && ROUTINE.test((summary ?? "").slice(0, 1000));

/** True for a rollout that alters nothing: the new processes only read anew what they read at start. */
export const isRestart = ({ summary }: Pick<Change, "summary">): boolean => /^restarted(?:;|$)/.test(summary ?? "");
