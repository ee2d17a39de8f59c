import { LineFolder } from "./line-folder.ts";
import { LogCluster, SegmentReader } from "./log-cluster.ts";
import { ClusterStore } from "./cluster-store.ts";
import type { Cell } from "./cells.ts";
import { mergeTemplates } from "./merge-templates.ts";
import { MERGE_RULES } from "./word-weight.ts";
import { blendSegments, renderSegments } from "./segments.ts";

/**
 * A mined statement. `id`: the id of its first cluster. `clusterIds`: the ids of its current clusters. Lines are
 * numbered from 1.
 */
export type MinedTemplate = {
  id: number;
  clusterIds: number[];
  cells: Cell[];
  isChunked: boolean;
  text: string;
  count: number;
  firstLine: number;
  lastLine: number;
  samples: string[];
};

/**
 * Mines templates from lines of bytes, online. Each line gets the id of its log cluster at once. `resolve` then finds
 * the clusters that one statement wrote, so that every id has a final one. The store holds at most `maxClusters`
 * clusters. Above that, clusters of one statement are merged, and if that does not help, the least recently seen ones
 * are dropped (their lines count as `OVERFLOW_ID`).
 */
export class TemplateMiner {
  private readonly folder = new LineFolder();
  private readonly reader = new SegmentReader();
  readonly store: ClusterStore;
  lineCount = 0;

  constructor(store = new ClusterStore()) {
    this.store = store;
  }

  /** @returns the id of the log cluster of `buffer[start..end)`. */
  add(buffer: Uint8Array, start: number, end: number): number {
    const { folder, store } = this;
    folder.fold(buffer, start, end);
    this.lineCount += 1;
    let slot = store.findFine(folder);
    if (slot === -1) slot = this.learn(buffer, start, end);
    const count = store.use(slot, this.lineCount);
    if ((count & (count - 1)) === 0 && count > 1) store.clusterAt(slot).keepSample(buffer, start, end);
    return store.clusterAt(slot).id;
  }

  /** Skips a line that belongs to the event before it. The line is numbered but not counted. */
  passLine(): void {
    this.lineCount += 1;
  }

  private learn(buffer: Uint8Array, start: number, end: number): number {
    const { folder, store } = this;
    folder.foldCoarsely();
    let slot = store.findCoarse(folder);
    if (slot === -1) {
      if (store.isFull) store.freeSlots(this.reader);
      slot = store.insert(new LogCluster(store.nextId(), this.lineCount, folder));
      store.clusterAt(slot).keepSample(buffer, start, end);
    } else if (store.clusterAt(slot).pattern === null) {
      blendSegments(store.clusterAt(slot).segments(this.reader), this.reader.read(buffer.subarray(start, end)));
    }
    store.setFine(folder, slot);
    return slot;
  }

  /**
   * The statements so far. A pure function of the clusters. `finalOf` maps every id ever returned to the index of a
   * template, or to -1 for a dropped cluster.
   */
  resolve(rules = MERGE_RULES): { templates: MinedTemplate[]; finalOf: (id: number) => number } {
    const { store, reader } = this;
    const slots = store.activeSlots();
    const candidates = slots.map((slot) => ({
      segments: store.clusterAt(slot).segments(reader),
      count: store.countAt(slot),
    }));
    const merged = mergeTemplates(candidates, rules).map(({ members, cells, isChunked }): MinedTemplate => {
      const clusterSlots = members
        .map((index) => slots[index] as number)
        .sort((a, b) => store.clusterAt(a).id - store.clusterAt(b).id);
      return {
        id: store.clusterAt(clusterSlots[0] as number).id,
        clusterIds: clusterSlots.map((slot) => store.clusterAt(slot).id),
        cells,
        isChunked,
        text: renderSegments(cells),
        count: clusterSlots.reduce((sum, slot) => sum + store.countAt(slot), 0),
        firstLine: Math.min(...clusterSlots.map((slot) => store.clusterAt(slot).firstLine)),
        lastLine: Math.max(...clusterSlots.map((slot) => store.lastLineAt(slot))),
        samples: clusterSlots.slice(0, 8).flatMap((slot) => store.clusterAt(slot).samples),
      };
    });
    const templates = merged.sort((a, b) => a.id - b.id);
    const indexOf = new Map<number, number>();
    for (const [index, { clusterIds }] of templates.entries()) for (const id of clusterIds) indexOf.set(id, index);
    return { templates, finalOf: (id) => indexOf.get(store.currentIdOf(id)) ?? -1 };
  }
}
