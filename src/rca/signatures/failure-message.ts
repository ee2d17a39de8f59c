import type { CitedFinding } from "../../domain/finding.ts";
import { hopsFrom } from "../../topology/graph.ts";
import type { FailureSignature } from "./failure-signature.ts";
import { nodeIn, subjectIn } from "./subject.ts";
import { type FailureReading, readFailure } from "./read-failure.ts";
import {
  calleeRunning,
  type KnownNames,
  resolvePeer,
  type ResolvedPeer,
  resolverIn,
  technologyOf,
} from "./resolve-peer.ts";

/**
 * A finding that holds a known failure message.
 *
 * - `speaker`: the candidate that wrote it.
 * - `blamed`: the entity that it blames; null if none. `blamedKind`: its kind, if nothing else is known about it.
 * - `weight`: certainty, 0 to 3; lower for a message that was logged once, or also before the onset.
 * - `isSettled`: both ends of the call were compared, so healthy callers of the blamed one say nothing more.
 */
export type FailureMessage = {
  finding: CitedFinding;
  signature: FailureSignature;
  sentence: string;
  speaker: string;
  blamed: string | null;
  blamedKind: string;
  isKnown: boolean;
  weight: number;
  isSettled?: boolean;
};

/** Kinds of finding whose text may be a failure message. All of them mean a new or more frequent message. */
const READ_KINDS = new Set([
  "log.new-template",
  "log.bursting-template",
  "log.undated",
  "alert.firing",
  "trace.error-origin",
  "trace.failed-call",
]);
/** Weight of a message by its count, from 0 up. A single one may be chance, or forged; three count in full. */
const REPETITION = [0, 0.4, 0.7, 1] as const;
/** The same for messages about calls: a call fails now and then on good days too, but no program dies of that. */
const REPETITION_OF_CALLS = [0, 0.2, 0.6, 1] as const;
/** Weight of the text of an alert: alerts paraphrase. */
const OF_ALERT = 0.6;
/** Weight of a message logged at level info. */
const OF_INFO = 0.6;
/** Weight of a message without a time: it may not belong to the incident. */
const OF_UNDATED = 0.5;
/**
 * Weight of a message in a line without a header, in a log whose lines have headers, beside another that states a fault
 * of its writer in a line with a header. What clients send can end in a line of its own. Real lines without a header (a
 * panic, a JVM out of memory) count in full, unless such a message contradicts them.
 */
const OF_BARE = 0.5;
/** From this signature weight on, a message states a fault of its writer. */
const STATES_FAULT = 3;
/** A program relays the answers of servers at most this many calls away. */
const MAX_HOPS = 3;

/** Finds the failure messages among the findings, and the entity that each blames. */
export function failureMessages(
  findings: readonly CitedFinding[],
  known: KnownNames,
  speakerOf: (id: string) => string | null,
): FailureMessage[] {
  const messages = findings.flatMap((finding): Draft[] => {
    if (!READ_KINDS.has(finding.kind)) return [];
    const speaker = speakerOf(finding.entity.id);
    const reading = readFailure(textOf(finding));
    return speaker === null || reading === null || reading.signature.weight === 0
      ? []
      : [
          {
            finding,
            reading,
            speaker,
            weight: reading.signature.weight * sureness(finding, reading.signature),
            subject: sharedSubject(subjectIn(textOf(finding), speaker, known.idOf), findings, known),
          },
        ];
  });
  return sharedResolver(
    doubted(messages).map((draft) => {
      const { id, kind, isKnown } = blame(draft, messages, known) ?? { id: null, kind: "service", isKnown: true };
      const { finding, speaker, weight, reading } = draft;
      const { signature, sentence } = reading;
      return { finding, signature, sentence, speaker, blamed: id, blamedKind: kind, isKnown, weight };
    }),
    known,
  );
}

/** From this many writers and looked-up names on, the common cause of failed lookups is the resolver. */
const MIN_LOOKUPS = 2;

/** If several programs fail to resolve several names, blames the resolver, if the topology has one. */
function sharedResolver(messages: readonly FailureMessage[], known: KnownNames): FailureMessage[] {
  const lookups = messages.filter(({ signature }) => signature.cause === "dns_failure" && signature.blames === "named");
  const distinct = (of: (message: FailureMessage) => string): number => new Set(lookups.map(of)).size;
  // A lookup that does not say which name failed is about a name of its own program.
  const names = distinct(({ blamed, speaker }) => blamed ?? speaker);
  const isShared = distinct(({ speaker }) => speaker) >= MIN_LOOKUPS && names >= MIN_LOOKUPS;
  const resolver = isShared ? resolverIn(known) : null;
  return messages.map((message) =>
    resolver !== null && lookups.includes(message) ? { ...message, blamed: resolver, isKnown: true } : message,
  );
}

/** `subject`: the other component that an agent reports on; null if the message names none. */
type Draft = {
  finding: CitedFinding;
  reading: FailureReading;
  speaker: string;
  weight: number;
  subject: string | null;
};

/** Families of metrics that show that an instance ended. */
const ENDED: ReadonlySet<unknown> = new Set(["restart", "instance"]);

/**
 * The instance that an agent reports on, or its service if another of its instances ended too: a finding counts many
 * lines but quotes one, which names only one of the instances.
 */
function sharedSubject(
  subject: string | null,
  findings: readonly CitedFinding[],
  { graph: { ownerOf } }: KnownNames,
): string | null {
  const owner = subject === null ? undefined : ownerOf.get(subject);
  if (owner === undefined) return subject;
  const another = findings.some(
    ({ signal, entity, evidence: { facts } }) =>
      signal === "metric" && entity.id !== subject && ownerOf.get(entity.id) === owner && ENDED.has(facts.family),
  );
  return another ? owner : subject;
}

/** An agent logs its messages about one event within this time. Milliseconds. */
const ONE_EVENT_MS = 60_000;

/**
 * The component that an agent's message is about. The kernel names the process that it kills, but rarely its pod. The
 * kubelet on the same host names the pod at about the same time.
 */
function subjectOf({ finding, reading, speaker, subject }: Draft, all: readonly Draft[]): string | null {
  if (subject !== null || !reading.signature.id.startsWith("kernel.oom")) return subject;
  const near = all.filter(
    (other) =>
      other.speaker === speaker &&
      other.subject !== null &&
      finding.onsetMs !== null &&
      other.finding.onsetMs !== null &&
      Math.abs(other.finding.onsetMs - finding.onsetMs) <= ONE_EVENT_MS,
  );
  const [only, ...more] = new Set(near.map((other) => other.subject));
  return more.length === 0 ? (only ?? null) : null;
}

/** True if only one program fails to resolve a name: the name may be wrong in that program. */
const isOnlyLookup = (
  { cause }: FailureSignature,
  peer: FailureReading["peer"],
  speaker: string,
  all: readonly Draft[],
): boolean =>
  cause === "dns_failure" && all.every((other) => other.speaker === speaker || other.reading.peer?.host !== peer?.host);

/** Lowers the weight of messages in bare lines that others contradict. */
function doubted(messages: readonly Draft[]): Draft[] {
  const isBare = ({ finding }: Draft): boolean => finding.evidence.facts.header === "none";
  const sure = messages.filter(
    (draft) => draft.finding.signal === "log" && !isBare(draft) && draft.reading.signature.weight >= STATES_FAULT,
  );
  return messages.map((draft) => {
    const isContradicted = isBare(draft) && sure.some(({ speaker }) => speaker !== draft.speaker);
    return isContradicted ? { ...draft, weight: draft.weight * OF_BARE } : draft;
  });
}

/** True if a text has a name only in the path of a URL: `/api/orders` on a named host need not be service `orders`. */
function isOnlyInPath(name: string, text: string): boolean {
  const outside = text.replaceAll(/([a-z0-9]:\/\/[^\s/"'?]{1,300})?\/[^\s"',)]{0,2000}/gi, "$1 ");
  return text.includes(name) && !outside.includes(name);
}

const textOf = ({ signal, evidence: { exemplar, template, facts } }: CitedFinding): string =>
  signal === "trace" ? String(facts.status ?? "") : (exemplar ?? template ?? "");

function sureness({ signal, evidence: { facts } }: CitedFinding, { weight }: FailureSignature): number {
  if (signal === "alert") return OF_ALERT;
  if (signal !== "log") return 1;
  const repetition: readonly number[] =
    weight >= STATES_FAULT || facts.severity === "fatal" ? REPETITION : REPETITION_OF_CALLS;
  const count = typeof facts.countAfter === "number" ? facts.countAfter : repetition.length;
  const expected = typeof facts.expected === "number" ? facts.expected : 0;
  const novelty = Math.max(0, 1 - expected / Math.max(count, 1));
  const doubt = facts.severity === "info" ? OF_INFO : facts.dated === "no" ? OF_UNDATED : 1;
  return (repetition[Math.floor(count)] ?? 1) * novelty * doubt;
}

function blame(draft: Draft, all: readonly Draft[], known: KnownNames): ResolvedPeer | null {
  const { finding, reading, speaker } = draft;
  const { signature, peer, relayedFrom } = reading;
  const technology = technologyOf(signature.id, peer?.port ?? null) ?? (relayedFrom || null);
  if (signature.blames === "named") {
    const mentioned =
      finding.peer === null || (peer?.isSure && isOnlyInPath(finding.peer, textOf(finding)))
        ? null
        : known.idOf(finding.peer);
    const resolved = resolvePeer(peer, speaker, technology, known);
    if (resolved !== null && !resolved.isKnown && isOnlyLookup(signature, peer, speaker, all))
      return { id: speaker, kind: "service", isKnown: true };
    if (resolved?.isKnown || mentioned === null || mentioned === speaker) return resolved;
    return { id: mentioned, kind: "service", isKnown: true };
  }
  const node = signature.cause === "node_failure" ? nodeIn(textOf(finding)) : null;
  const knownNode = node === null ? null : known.idOf(node);
  if (node !== null && knownNode !== speaker)
    return { id: knownNode ?? node, kind: "node", isKnown: knownNode !== null };
  const subject = subjectOf(draft, all);
  if (subject !== null) return { id: subject, kind: "service", isKnown: true };
  const self = { id: speaker, kind: "service", isKnown: true };
  const below = hopsFrom(speaker, known.graph.callees, MAX_HOPS);
  // A server below that states this fault itself has it; the writer only relays the message.
  const origins = all.filter(
    (other) =>
      other.speaker !== speaker &&
      below.has(other.speaker) &&
      other.reading.signature.blames === "speaker" &&
      other.reading.signature.weight >= STATES_FAULT &&
      (other.reading.signature.cause === signature.cause || signature.weight < STATES_FAULT),
  );
  const [origin] = origins.toSorted(
    (a, b) => (below.get(b.speaker) ?? 0) - (below.get(a.speaker) ?? 0) || b.weight - a.weight,
  );
  if (origin) return { id: origin.speaker, kind: "service", isKnown: true };
  const answering = reading.answeredBy === null ? null : resolvePeer(reading.answeredBy, speaker, null, known);
  if (answering?.isKnown && below.has(answering.id)) return answering;
  if (relayedFrom === null) return self;
  const server = technology === null ? null : calleeRunning(technology, speaker, known);
  return server === null ? self : { id: server, kind: "service", isKnown: true };
}
