import { workloadOfPod } from "../../domain/pod-names.ts";
import type { FailureMessage } from "../signatures/failure-message.ts";
import { rankHosts } from "./hosts.ts";
import { calleesPastRelays, entitiesWithFindings, statingCallee } from "./failing-callees.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** Largest share of its blame that an entity passes on to its callees. */
const PASSED_ON = 0.9;
/** Added to the weight of the kept blame, so that a weak message does not pass everything on. */
const STAYS = 0.5;
/** Blame moves along at most this many calls. */
const MAX_STEPS = 4;

/** Pseudo-count of complaining callers: one healthy caller proves little. */
const BENEFIT = 0.5;
/** Share of the blame for which healthy callers vouch that goes back to the complaining caller. */
const FALLS_BACK = 0.7;

/** Score of `rankHosts` from which a host is clearly unlike its peers. */
const CLEARLY_ODD = 1;
/** Share of a failed call's blame that goes to a clearly odd host at either end. */
const HOST_SHARE = 0.6;

/** Causes that are often the effect of a slow or broken callee: its callers wait until nothing is left. */
const RUNS_OUT_WAITING: ReadonlySet<string> = new Set(["connection_pool_exhaustion", "thread_pool_exhausted"]);
/** Share of such a fault's blame that stays if a callee states a fault of its own. */
const RAN_OUT_ALONE = 0.3;
/** Share of the blame that stays with an entity that was compared with its baseline, and is normal. */
const LOOKS_NORMAL = 0.5;
/** From this many writers on, lost calls everywhere point at the one host whose packets get lost. */
const MIN_WRITERS = 3;

type Blame = { from: string; to: string; message: FailureMessage };

/**
 * Ranks by failure messages: the strongest message about each entity by each writer, summed over the writers. A blamed
 * entity that blames its own callee passes blame on; one that states its own fault keeps it. If other callers of the
 * blamed entity are healthy, part of the blame goes back to the writer: its settings or its network path may be at
 * fault. If a host at either end is clearly unlike its peers, part of the blame goes to that host.
 */
export function rankFailures(map: EvidenceMap): RankerScores {
  const { failures, graph } = map;
  const strongest = new Map<string, Blame>();
  for (const message of failures) {
    if (message.blamed === null || isOwnSymptom(message)) continue;
    // Instances of one service are one witness.
    const writer = graph.ownerOf.get(message.speaker) ?? workloadOfPod(message.speaker) ?? message.speaker;
    const key = `${writer}\u0000${message.blamed}`;
    if ((strongest.get(key)?.message.weight ?? 0) < message.weight)
      strongest.set(key, { from: message.speaker, to: message.blamed, message });
  }
  const blames = withHiddenCallees([...strongest.values()], map);
  const scores: RankerScores = new Map();
  const affected = entitiesWithFindings(map);
  const isNormal = (id: string): boolean => map.observed.has(id) && !affected.has(id);
  const oddHosts = new Map(
    [...rankHosts(map)].flatMap(([host, { score }]) => (score >= CLEARLY_ODD ? [[host, score] as const] : [])),
  );
  for (const [host, message] of [...lostCalls(map, oddHosts), ...lostOnUnplacedHost(map, oddHosts)])
    addScore(scores, host, message.weight * HOST_SHARE, [message.finding]);
  for (const { from, to, message } of blames) {
    const agreed = from === to || message.isSettled === true ? 1 : agreement(to, blames, map, affected);
    const [host] =
      from === to || !isLostOnTheWay(message)
        ? []
        : [from, to].flatMap((end) => hostsOf(end, map)).filter((id) => oddHosts.has(id));
    const onHost = host === undefined ? 0 : HOST_SHARE;
    if (host !== undefined) addScore(scores, host, message.weight * onHost, [message.finding]);
    const weight = message.weight * (1 - onHost);
    addScore(scores, from, weight * (1 - agreed) * FALLS_BACK, [message.finding]);
    for (const [id, share] of settle(from, to, blames, isNormal))
      addScore(scores, id, weight * agreed * share, [message.finding]);
  }
  return scores;
}

/**
 * Share of the callers of `blamed` that complain about it, in (0, 1]. A silent caller counts only if its requests were
 * compared with a baseline and nothing abnormal was found about it.
 */
function agreement(
  blamed: string,
  blames: readonly Blame[],
  { graph, candidateOf, observed }: EvidenceMap,
  affected: ReadonlySet<string>,
): number {
  const witnesses = new Set(blames.flatMap(({ from, to }) => (to === blamed ? [candidateOf(from) ?? from] : [])));
  const callers = new Set((graph.callers.get(blamed) ?? []).flatMap((caller) => candidateOf(caller) ?? []));
  const well = [...callers].filter((caller) => observed.has(caller) && !affected.has(caller) && !witnesses.has(caller));
  const itself = observed.has(blamed) && !affected.has(blamed) ? LOOKS_NORMAL : 1;
  return (itself * (witnesses.size + BENEFIT)) / (witnesses.size + well.length + BENEFIT);
}

/**
 * Adds the blame that messages do not spell out. Whoever runs out of connections, or waits for an end that it does not
 * name, waits for the callee that states a fault of its own. What is said about a relay without telemetry is said about
 * the failing services behind it.
 */
function withHiddenCallees(blames: readonly Blame[], map: EvidenceMap): Blame[] {
  const spelled = blames.flatMap((blame): Blame[] => {
    const { from, to, message } = blame;
    const callee = from === to && RUNS_OUT_WAITING.has(message.signature.cause) ? statingCallee(from, map) : null;
    if (callee === null) return [blame];
    return [
      { ...blame, message: weaker(message, RAN_OUT_ALONE) },
      { from, to: callee, message: weaker(message, 1 - RAN_OUT_ALONE) },
    ];
  });
  const waiting = map.failures
    .filter(({ blamed, signature }) => blamed === null && signature.blames === "named")
    .toSorted((a, b) => b.weight - a.weight)
    .flatMap((message): Blame[] => {
      const to = statingCallee(message.speaker, map);
      return to === null ? [] : [{ from: message.speaker, to, message }];
    });
  const shown = entitiesWithFindings(map);
  const behindRelays = calleesPastRelays(map);
  const relayed = blames.flatMap(({ from, to, message }): Blame[] =>
    from !== to && !shown.has(to) && !map.observed.has(to)
      ? behindRelays(to)
          .filter((callee) => callee !== from && shown.has(callee))
          .map((callee) => ({ from: to, to: callee, message }))
      : [],
  );
  const all = new Map<string, Blame>();
  for (const blame of [...spelled, ...waiting, ...relayed]) {
    const key = `${blame.from}\u0000${blame.to}`;
    if (!all.has(key)) all.set(key, blame);
  }
  return [...all.values()];
}

const weaker = (message: FailureMessage, share: number): FailureMessage => ({
  ...message,
  weight: message.weight * share,
});

/**
 * Lost calls, where nothing says what runs on which host: the strongest message of each writer, blamed on the one host
 * whose packets get lost.
 */
function lostOnUnplacedHost(map: EvidenceMap, oddHosts: ReadonlyMap<string, number>): [string, FailureMessage][] {
  if (map.graph.hostOf.size > 0) return [];
  const lossy = [...oddHosts.keys()].filter((host) =>
    map.findings.some(
      ({ signal, entity, evidence: { facts } }) =>
        signal === "metric" && entity.id === host && facts.family === "network" && facts.direction === "up",
    ),
  );
  const [host, ...others] = lossy;
  if (host === undefined || others.length > 0) return [];
  const lost = map.failures.filter(
    (message) => message.signature.blames === "named" && message.blamed !== message.speaker && isLostOnTheWay(message),
  );
  const strongest = [...Map.groupBy(lost, ({ speaker }) => speaker).values()].flatMap(
    (messages) => messages.toSorted((a, b) => b.weight - a.weight)[0] ?? [],
  );
  return strongest.length < MIN_WRITERS ? [] : strongest.map((message) => [host, message]);
}

/**
 * For each writer whose calls to an unknown end, such as a bare address, were lost: its strongest message, with the
 * oddest host of the writer and its callees. The host at the other end of lost calls is slightly odd too, because it
 * retransmits.
 */
function lostCalls(map: EvidenceMap, oddHosts: ReadonlyMap<string, number>): [host: string, message: FailureMessage][] {
  const strongest = new Map<string, [string, FailureMessage]>();
  for (const message of map.failures) {
    const { speaker, blamed, signature, weight } = message;
    if (blamed !== null || signature.blames !== "named" || !isLostOnTheWay(message)) continue;
    const ends = [speaker, ...(map.graph.callees.get(speaker) ?? [])];
    const odd = ends.flatMap((end) => hostsOf(end, map)).filter((id) => oddHosts.has(id));
    const [host] = odd.toSorted((a, b) => (oddHosts.get(b) ?? 0) - (oddHosts.get(a) ?? 0));
    if (host === undefined) continue;
    if (weight > (strongest.get(speaker)?.[1].weight ?? 0)) strongest.set(speaker, [host, message]);
  }
  return [...strongest.values()];
}

/**
 * A refused connection was answered: the network and the host at the other end work. Any other call may be lost in
 * transit.
 */
const isLostOnTheWay = ({ sentence }: FailureMessage): boolean => !/refused/i.test(sentence);

/** The hosts that an entity or its instances run on. */
const hostsOf = (id: string, { graph, candidateOf }: EvidenceMap): string[] =>
  [...graph.hostOf].flatMap(([instance, host]) =>
    instance === id || graph.ownerOf.get(instance) === id || candidateOf(instance) === id ? [host] : [],
  );

/** An exception of the writer may come from its callee's answer: it says what failed, not where. */
const isOwnSymptom = ({ speaker, blamed, signature }: FailureMessage): boolean =>
  speaker === blamed && signature.weight === 1;

/**
 * How the blame of `from` on `to` is divided among `to` and the entities that it blames in turn. Shares sum up to 1.
 */
function settle(
  from: string,
  to: string,
  blames: readonly Blame[],
  isNormal: (id: string) => boolean,
): Map<string, number> {
  const kept = new Map<string, number>();
  let moving = new Map([[to, 1]]);
  for (let step = 0; moving.size > 0; step += 1) {
    const next = new Map<string, number>();
    for (const [at, share] of moving) {
      const own = blames.find((blame) => blame.from === at && blame.to === at)?.message.weight ?? 0;
      const onward =
        step < MAX_STEPS && from !== to ? blames.filter((blame) => blame.from === at && isNew(blame.to)) : [];
      const total = onward.reduce((sum, { message }) => sum + message.weight, 0);
      const most = onward.reduce(
        (best, blame) => Math.max(best, blame.message.weight * (isNormal(blame.to) ? LOOKS_NORMAL : 1)),
        0,
      );
      const passed = most === 0 ? 0 : (PASSED_ON * most) / (most + own + STAYS);
      kept.set(at, (kept.get(at) ?? 0) + share * (1 - passed));
      for (const { to: further, message } of onward)
        next.set(further, (next.get(further) ?? 0) + (share * passed * message.weight) / total);
    }
    moving = next;
  }
  return kept;

  function isNew(id: string): boolean {
    return id !== from && !kept.has(id) && !moving.has(id);
  }
}
