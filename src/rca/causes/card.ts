import type { CauseCard, SignatureCondition } from "../../domain/cause.ts";
import { FINDING_KINDS } from "../../domain/finding.ts";

// Shorthands for cause cards: one line for each condition, the field names of `SignatureCondition` given by position.

type OneOrMore = string | readonly string[];
type Direction = NonNullable<SignatureCondition["direction"]>;

/** A cause card; any kind of entity and no runbook unless given. */
export const card = (
  given: Omit<CauseCard, "entityKinds" | "runbooks"> & Partial<Pick<CauseCard, "entityKinds" | "runbooks">>,
): CauseCard => ({ entityKinds: [], runbooks: [], ...given });

/** A finding of one of `kinds` about the suspect, holding one of `words` if given. */
export const finding = (
  kinds: OneOrMore,
  weight: number,
  why: string,
  words?: readonly string[],
): SignatureCondition => ({ kinds: list(kinds), ...(words ? { words: list(words) } : {}), about: "self", weight, why });

/** New or bursting log lines of the suspect that hold one of `words`. */
export const logs = (words: readonly string[], weight: number, why: string): SignatureCondition =>
  finding(NEW_LOGS, weight, why, words);

/** New or bursting log lines of others that name the suspect and hold one of `words`. */
export const callersLog = (words: readonly string[], weight: number, why: string): SignatureCondition => ({
  ...logs(words, weight, why),
  about: "callee",
});

/** A firing alert of one of the families on the suspect; `direction` null for any. */
export const alert = (
  family: OneOrMore,
  direction: Direction | null,
  weight: number,
  why: string,
): SignatureCondition => ({
  ...finding("alert.firing", weight, why),
  family: list(family),
  ...(direction === null ? {} : { direction }),
});

/** A shifted metric of one of the families. */
export const shift = (family: OneOrMore, direction: Direction, weight: number, why: string): SignatureCondition => ({
  ...finding("metric.shift", weight, why),
  family: list(family),
  direction,
});

/** A resource metric that rose or reached its limit. */
export const strain = (family: OneOrMore, weight: number, why: string): SignatureCondition => ({
  ...shift(family, "up", weight, why),
  kinds: ["metric.shift", "metric.saturation"],
});

/** A risen metric whose name holds one of `words`. */
export const metricNamed = (words: readonly string[], weight: number, why: string): SignatureCondition => ({
  ...finding("metric.shift", weight, why, words),
  direction: "up",
});

/**
 * Kubernetes itself states the fault: this outweighs what follows from it. `words` are those of the finding's summary.
 */
export const stated = (kinds: OneOrMore, words: OneOrMore, why: string): SignatureCondition =>
  finding(kinds, STATED, why, list(words));

/** Kinds of finding about the state of a cluster. */
const CLUSTER_KINDS = FINDING_KINDS.filter((kind) => kind.startsWith("cluster."));

/**
 * A card for a rule of `src/cluster/rules/` that states this cause, whatever kind its findings are of. `weight`: less
 * than usual, if other causes explain more.
 */
export const reported = ({
  why,
  weight = STATED,
  ...given
}: Omit<Parameters<typeof card>[0], "signature"> & { why: string; weight?: number }): CauseCard =>
  card({ ...given, signature: [finding(CLUSTER_KINDS, weight, why, [given.id])] });

const STATED = 8;
const NEW_LOGS = ["log.new-template", "log.bursting-template"];

const list = (given: OneOrMore): string[] => (typeof given === "string" ? [given] : [...given]);
