import type { DependencyGraph } from "../../topology/graph.ts";
import type { FailureMessage } from "./failure-message.ts";

/** Causes that mean a refused login. */
const REFUSALS: ReadonlySet<string> = new Set(["database_credentials_refused", "authentication_failure"]);
/** What servers write when they do not know the user at all: nobody changed a password, the user is gone. */
const UNKNOWN_USER = new RegExp(
  String.raw`\b(?:role|user|login|account)\b[^.;]{0,80}?\b(?:does not exist|doesn't exist|not found|is unknown)` +
    String.raw`|\b(?:unknown|no such) (?:user|role|login|account)\b`,
  "i",
);

/**
 * A server that refuses the login of one of its callers, while it takes those of others. `lost`: it does not know the
 * user any more; else the caller has other credentials than the server.
 */
export type RefusedLogin = { server: string; caller: string; lost: boolean };

/**
 * The servers that say that they refuse a login, if one caller only complains about it. A server that refuses all of
 * its callers has the fault itself.
 */
export function refusedLogins(
  failures: readonly FailureMessage[],
  { callers }: DependencyGraph,
  candidateOf: (id: string) => string | null,
): RefusedLogin[] {
  const refusals = failures.filter(({ signature }) => REFUSALS.has(signature.cause));
  const speakers = new Set(refusals.map(({ speaker }) => speaker));
  const servers = new Set(
    refusals.flatMap(({ speaker, signature }) => (signature.blames === "speaker" ? [speaker] : [])),
  );
  return [...servers].flatMap((server): RefusedLogin[] => {
    const all = new Set((callers.get(server) ?? []).map((caller) => candidateOf(caller) ?? caller));
    const [caller, ...more] = [...all].filter((each) => each !== server && speakers.has(each));
    if (caller === undefined || more.length > 0 || all.size < 2) return [];
    const stated = refusals.filter(({ speaker }) => speaker === server);
    return [{ server, caller, lost: stated.some(({ finding }) => UNKNOWN_USER.test(textOf(finding))) }];
  });
}

/** Blames every message about a refused login on the end that has the fault. */
export function blameRefused(failures: readonly FailureMessage[], refused: readonly RefusedLogin[]): FailureMessage[] {
  return failures.map((message) => {
    if (!REFUSALS.has(message.signature.cause)) return message;
    const about = refused.find(({ server, caller }) => message.speaker === server || message.speaker === caller);
    return about === undefined
      ? message
      : { ...message, blamed: about.lost ? about.server : about.caller, isKnown: true, isSettled: true };
  });
}

const textOf = ({ evidence: { exemplar, template } }: FailureMessage["finding"]): string => exemplar ?? template ?? "";
