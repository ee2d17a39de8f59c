import type { LineFolder } from "./line-folder.ts";
import type { LogCluster, SegmentReader } from "./log-cluster.ts";
import { mergeByWords } from "./merge-templates.ts";
import { PairTable } from "./pair-table.ts";
import { mergeSegments } from "./segments.ts";
import { VALUE_HASH } from "./byte-hash.ts";

/** Maximum number of clusters. */
export const MAX_CLUSTERS = 8_192;
/** The share of clusters that stay when slots are freed. */
const KEEP_SHARE = 0.5;
/** Merging clusters must free at least this share. If it does not, it is tried less and less often. */
const WORTH_CONDENSING = 0.1;
const FINE_KEYS_PER_CLUSTER = 8;
/** The id of lines whose cluster was dropped. */
export const OVERFLOW_ID = -1;

export type CoarseKeys = Pick<LineFolder, "coarseLow" | "coarseHigh" | "shape" | "symbols" | "symbolCount">;
/** How many rounds of freeing slots pass before merging is tried again, and the length of the next wait. */
export type CondensingRounds = { untilCondensing: number; backOff: number };
/** The number of clusters that were merged or dropped for lack of slots. */
export type StoreLosses = { condensed: number; evicted: number };

/** Holds clusters in a fixed number of slots, finds them by key, and frees slots when all are in use. */
export class ClusterStore {
  readonly losses: StoreLosses = { condensed: 0, evicted: 0 };
  private fine = new PairTable();
  private coarse = new PairTable();
  private patterns = new Map<number, number[]>();
  private readonly slots: (LogCluster | null)[] = [];
  private readonly free: number[] = [];
  private readonly counts: Float64Array;
  private readonly lastLines: Float64Array;
  /** Indexed by id: the id that it was merged into, or the id itself while its cluster exists. */
  private aliases = new Int32Array(1024);
  private ids = 0;
  readonly rounds: CondensingRounds = { untilCondensing: 0, backOff: 1 };
  private readonly maxClusters: number;

  constructor(maxClusters = MAX_CLUSTERS) {
    this.maxClusters = maxClusters;
    this.counts = new Float64Array(maxClusters);
    this.lastLines = new Float64Array(maxClusters);
  }

  get isFull(): boolean {
    return this.slots.length - this.free.length >= this.maxClusters;
  }

  get idCount(): number {
    return this.ids;
  }

  nextId(): number {
    if (this.ids >= this.aliases.length) {
      const grown = new Int32Array(this.aliases.length * 2);
      grown.set(this.aliases);
      this.aliases = grown;
    }
    this.aliases[this.ids] = this.ids;
    this.ids += 1;
    return this.ids - 1;
  }

  findFine({ fineLow, fineHigh }: LineFolder): number {
    return this.fine.get(fineLow, fineHigh);
  }

  setFine({ fineLow, fineHigh }: LineFolder, slot: number): void {
    if (this.fine.size > this.maxClusters * FINE_KEYS_PER_CLUSTER) this.fine = new PairTable();
    this.fine.set(fineLow, fineHigh, slot);
  }

  /** Finds a cluster by its coarse key, or else by pattern. */
  findCoarse(folder: CoarseKeys): number {
    const slot = this.coarse.get(folder.coarseLow, folder.coarseHigh);
    if (slot !== -1) return slot;
    return this.patterns.get(folder.shape)?.find((candidate) => fits(this.clusterAt(candidate).pattern, folder)) ?? -1;
  }

  insert(cluster: LogCluster, count = 0, lastLine = cluster.firstLine): number {
    const slot = this.free.pop() ?? this.slots.length;
    this.slots[slot] = cluster;
    this.counts[slot] = count;
    this.lastLines[slot] = lastLine;
    this.index(slot, cluster);
    return slot;
  }

  /** Counts one more line. @returns the new count. */
  use(slot: number, line: number): number {
    const count = (this.counts[slot] as number) + 1;
    this.counts[slot] = count;
    this.lastLines[slot] = line;
    return count;
  }

  addCount(slot: number, count: number, lastLine: number): void {
    this.counts[slot] = (this.counts[slot] as number) + count;
    this.lastLines[slot] = Math.max(this.lastLines[slot] as number, lastLine);
  }

  clusterAt(slot: number): LogCluster {
    return this.slots[slot] as LogCluster;
  }

  countAt(slot: number): number {
    return this.counts[slot] as number;
  }

  lastLineAt(slot: number): number {
    return this.lastLines[slot] as number;
  }

  /** In the order of ids. */
  activeSlots(): number[] {
    const { slots } = this;
    const ids = new Float64Array(slots.length - this.free.length);
    let n = 0;
    for (let slot = 0; slot < slots.length; slot += 1) {
      const cluster = slots[slot] as LogCluster | null;
      if (cluster !== null) ids[n++] = cluster.id * this.maxClusters + slot;
    }
    return Array.from(ids.sort(), (packed) => packed % this.maxClusters);
  }

  /** @returns the id that the lines of `id` are counted under now. */
  currentIdOf(id: number): number {
    let at = id;
    while (at !== OVERFLOW_ID && this.aliases[at] !== at) at = this.aliases[at] as number;
    return at;
  }

  /** Ids that were merged into another one, or dropped. */
  aliased(): [id: number, to: number][] {
    const out: [number, number][] = [];
    for (let id = 0; id < this.ids; id += 1) if (this.aliases[id] !== id) out.push([id, this.aliases[id] as number]);
    return out;
  }

  alias(id: number, to: number): void {
    this.aliases[id] = to;
  }

  /**
   * First merges the clusters that one statement wrote. If that frees too few slots, drops the least recently seen
   * clusters.
   */
  freeSlots(reader: SegmentReader): void {
    const { rounds } = this;
    if (rounds.untilCondensing > 0) rounds.untilCondensing -= 1;
    else {
      const freed = this.condense(reader);
      this.losses.condensed += freed;
      rounds.backOff = freed < this.maxClusters * WORTH_CONDENSING ? rounds.backOff * 2 : 1;
      rounds.untilCondensing = rounds.backOff - 1;
    }
    const surplus = this.slots.length - this.free.length - Math.floor(this.maxClusters * KEEP_SHARE);
    if (this.isFull || this.slots.length - this.free.length > this.maxClusters * (1 - WORTH_CONDENSING))
      this.evict(surplus);
    this.rebuild();
  }

  private condense(reader: SegmentReader): number {
    const active = this.activeSlots();
    let freed = 0;
    const merged = mergeByWords(
      active.map((slot) => ({ segments: this.clusterAt(slot).segments(reader), count: this.countAt(slot) })),
    );
    // Only clusters with the same delimiters have one pattern.
    const groups = merged.flatMap(({ members }) => [
      ...Map.groupBy(
        members.map((index) => active[index] as number),
        (slot) => this.clusterAt(slot).shape,
      ).values(),
    ]);
    for (const group of groups) {
      if (group.length < 2) continue;
      const [first, ...others] = group.sort((a, b) => this.clusterAt(a).id - this.clusterAt(b).id) as [
        number,
        ...number[],
      ];
      const cluster = this.clusterAt(first);
      const segments = cluster.segments(reader);
      const pattern = (cluster.pattern ??= cluster.symbols(reader).slice());
      for (const slot of others) {
        const other = this.clusterAt(slot);
        const otherSymbols = other.symbols(reader);
        for (const [i, symbol] of pattern.entries()) if (otherSymbols[i] !== symbol) pattern[i] = VALUE_HASH;
        mergeSegments(segments, other.segments(reader));
        this.addCount(first, this.countAt(slot), this.lastLineAt(slot));
        this.alias(other.id, cluster.id);
        this.release(slot);
      }
      freed += others.length;
    }
    return freed;
  }

  private evict(count: number): void {
    const oldest = Float64Array.from(this.activeSlots(), (slot) => this.lastLineAt(slot) * this.maxClusters + slot)
      .sort()
      .subarray(0, count);
    for (const packed of oldest) {
      const slot = packed % this.maxClusters;
      this.alias(this.clusterAt(slot).id, OVERFLOW_ID);
      this.release(slot);
    }
    this.losses.evicted += oldest.length;
  }

  private release(slot: number): void {
    this.slots[slot] = null;
    this.free.push(slot);
  }

  private rebuild(): void {
    this.fine = new PairTable();
    this.coarse = new PairTable();
    this.patterns = new Map();
    for (const slot of this.activeSlots()) this.index(slot, this.clusterAt(slot));
  }

  private index(slot: number, cluster: LogCluster): void {
    if (cluster.pattern !== null) {
      const row = this.patterns.get(cluster.shape);
      if (row === undefined) this.patterns.set(cluster.shape, [slot]);
      else row.push(slot);
    } else this.coarse.set(cluster.coarseLow, cluster.coarseHigh, slot);
  }
}

function fits(pattern: Int32Array | null, { symbols, symbolCount }: CoarseKeys): boolean {
  if (pattern === null || pattern.length !== symbolCount) return false;
  for (let i = 0; i < symbolCount; i += 1) if (pattern[i] !== VALUE_HASH && pattern[i] !== symbols[i]) return false;
  return true;
}
