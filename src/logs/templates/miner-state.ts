import { IncidentError } from "../../domain/errors.ts";
import { LogCluster, SegmentReader } from "./log-cluster.ts";
import { ClusterStore, OVERFLOW_ID } from "./cluster-store.ts";
import { TemplateMiner } from "./template-miner.ts";
import { blendSegments, type Segment } from "./segments.ts";

const VERSION = 1;

export type LogClusterState = {
  id: number;
  count: number;
  firstLine: number;
  lastLine: number;
  coarseLow: number;
  coarseHigh: number;
  shape: number;
  isPattern: boolean;
  symbols: number[];
  segments: Segment[];
  /** Raw lines. Empty in a state without samples. */
  samples: string[];
};

/** Everything a miner knows, as plain data: to continue later, to send between workers, to merge. */
export type MinerState = {
  version: number;
  lineCount: number;
  idCount: number;
  aliases: [id: number, to: number][];
  clusters: LogClusterState[];
  losses: { condensed: number; evicted: number };
  /** When slots are next freed by merging clusters. */
  rounds: { untilCondensing: number; backOff: number };
};

export function exportState(
  { store, lineCount }: TemplateMiner,
  { withSamples }: { withSamples: boolean },
): MinerState {
  const reader = new SegmentReader();
  const clusters = store.activeSlots().map((slot): LogClusterState => {
    const cluster = store.clusterAt(slot);
    return {
      id: cluster.id,
      count: store.countAt(slot),
      firstLine: cluster.firstLine,
      lastLine: store.lastLineAt(slot),
      coarseLow: cluster.coarseLow,
      coarseHigh: cluster.coarseHigh,
      shape: cluster.shape,
      isPattern: cluster.pattern !== null,
      symbols: [...cluster.symbols(reader)],
      segments: cluster.segments(reader),
      samples: withSamples ? cluster.samples : [],
    };
  });
  return {
    version: VERSION,
    lineCount,
    idCount: store.idCount,
    aliases: store.aliased(),
    clusters,
    losses: { ...store.losses },
    rounds: { ...store.rounds },
  };
}

/**
 * Makes a miner that continues like the one that `state` was taken from: same lines, same ids.
 * @throws {IncidentError} BAD_INPUT for another version.
 */
export function importState(state: MinerState, maxClusters?: number): TemplateMiner {
  if (state.version !== VERSION) {
    throw new IncidentError("BAD_INPUT", `this program cannot read a miner snapshot of version ${state.version}`, {
      hint: `It reads version ${VERSION}. Mine the logs again.`,
    });
  }
  const miner = new TemplateMiner(new ClusterStore(maxClusters));
  for (let id = 0; id < state.idCount; id += 1) miner.store.nextId();
  for (const [id, to] of state.aliases) miner.store.alias(id, to);
  for (const cluster of state.clusters)
    miner.store.insert(revive(cluster, cluster.id, 0), cluster.count, cluster.lastLine);
  Object.assign(miner.store.losses, state.losses);
  Object.assign(miner.store.rounds, state.rounds);
  miner.lineCount = state.lineCount;
  return miner;
}

/**
 * Adds what another miner learned from the lines that follow. Merging shards in their order gives the same ids as one
 * pass.
 *
 * @returns the id here for each id of the other miner; `OVERFLOW_ID` for a dropped cluster.
 */
export function mergeState(miner: TemplateMiner, state: MinerState): Int32Array {
  const { store } = miner;
  const reader = new SegmentReader();
  const idMap = new Int32Array(state.idCount).fill(OVERFLOW_ID);
  for (const cluster of state.clusters) {
    const symbols = Int32Array.from(cluster.symbols);
    let slot = store.findCoarse({ ...cluster, symbols, symbolCount: symbols.length });
    if (slot === -1) {
      if (store.isFull) store.freeSlots(reader);
      slot = store.insert(
        revive(cluster, store.nextId(), miner.lineCount),
        cluster.count,
        cluster.lastLine + miner.lineCount,
      );
    } else {
      const existing = store.clusterAt(slot);
      if (existing.pattern === null) blendSegments(existing.segments(reader), cluster.segments);
      for (const sample of cluster.samples) existing.addSample(sample);
      store.addCount(slot, cluster.count, cluster.lastLine + miner.lineCount);
    }
    idMap[cluster.id] = store.clusterAt(slot).id;
  }
  // In ascending order: an id was merged into a lower one, which is already mapped.
  for (const [id, to] of state.aliases) idMap[id] = to === OVERFLOW_ID ? OVERFLOW_ID : (idMap[to] as number);
  store.losses.condensed += state.losses.condensed;
  store.losses.evicted += state.losses.evicted;
  miner.lineCount += state.lineCount;
  return idMap;
}

function revive(state: LogClusterState, id: number, lineOffset: number): LogCluster {
  const cluster = new LogCluster(id, state.firstLine + lineOffset, state);
  cluster.setSegments(state.segments.map((segment) => ({ ...segment })));
  const symbols = Int32Array.from(state.symbols);
  cluster.setSymbols(symbols);
  if (state.isPattern) cluster.pattern = symbols;
  cluster.samples.push(...state.samples);
  return cluster;
}
