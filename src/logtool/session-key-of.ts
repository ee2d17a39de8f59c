import { RE2JS } from "re2js";
import { IncidentError } from "../domain/errors.ts";
import type { SessionKey } from "../logs/sessions/session-key.ts";

/**
 * A session key from a user's pattern: its first group, or the whole match. Linear time whatever the pattern.
 *
 * @throws {IncidentError} CONFIG when the pattern is not valid RE2.
 */
export function sessionKeyOf(pattern: string): SessionKey {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (cause) {
    throw new IncidentError("CONFIG", `the session key ${pattern} is not a valid pattern`, {
      hint: "Give a regular expression in RE2 syntax, such as req-[0-9]+.",
      cause,
    });
  }
  return {
    name: pattern,
    find(line) {
      const found = new Set<string>();
      const matcher = compiled.matcher(line);
      while (matcher.find()) found.add(matcher.groupCount() > 0 ? (matcher.group(1) ?? "") : (matcher.group() ?? ""));
      found.delete("");
      return [...found];
    },
  };
}
