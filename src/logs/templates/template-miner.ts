import { LineFolder } from "./line-folder.ts";
import { Look, UnitReader } from "./look.ts";
import { LookStore } from "./look-store.ts";
import { mergeTemplates } from "./merge-templates.ts";
import { blendLooks, renderUnits, type Unit } from "./units.ts";

/** A statement: `id` is that of its first look, `lookIds` those of all its living ones; lines are numbered from 1. */
export type MinedTemplate = {
  id: number;
  lookIds: number[];
  units: Unit[];
  text: string;
  count: number;
  firstLine: number;
  lastLine: number;
  samples: string[];
};

/**
 * Mines templates from lines of bytes, online. A line gets the id of its look at once; `resolve` says which looks one statement
 * wrote, so that every id has a final one. At most `maxLooks` looks are held: past that, looks of one statement become one, and if
 * that does not help, the least recently seen ones are given up (their lines count as `overflowId`).
 */
export class TemplateMiner {
  private readonly folder = new LineFolder();
  private readonly reader = new UnitReader();
  readonly store: LookStore;
  lineCount = 0;

  constructor(store = new LookStore()) {
    this.store = store;
  }

  /** @returns the id of the look of `buffer[start..end)`. */
  add(buffer: Uint8Array, start: number, end: number): number {
    const { folder, store } = this;
    folder.fold(buffer, start, end);
    this.lineCount += 1;
    let slot = store.findFine(folder);
    if (slot === -1) slot = this.learn(buffer, start, end);
    const count = store.use(slot, this.lineCount);
    if ((count & (count - 1)) === 0 && count > 1) store.lookAt(slot).keepSample(buffer, start, end);
    return store.lookAt(slot).id;
  }

  /** A line that is part of the event before it: numbered, not counted. */
  passLine(): void {
    this.lineCount += 1;
  }

  private learn(buffer: Uint8Array, start: number, end: number): number {
    const { folder, store } = this;
    folder.foldCoarsely();
    let slot = store.findCoarse(folder);
    if (slot === -1) {
      if (store.isFull) store.makeRoom(this.reader);
      slot = store.insert(new Look(store.nextId(), this.lineCount, folder));
      store.lookAt(slot).keepSample(buffer, start, end);
    } else if (store.lookAt(slot).pattern === null) {
      blendLooks(store.lookAt(slot).units(this.reader), this.reader.read(buffer.subarray(start, end)));
    }
    store.setFine(folder, slot);
    return slot;
  }

  /** The statements so far. A pure function of the looks: `finalOf` maps every id ever given to a template's index, -1 for the overflow. */
  resolve(): { templates: MinedTemplate[]; finalOf: (id: number) => number } {
    const { store, reader } = this;
    const slots = store.activeSlots();
    const leaves = slots.map((slot) => ({ units: store.lookAt(slot).units(reader), count: store.countAt(slot) }));
    const merged = mergeTemplates(leaves).map(({ leaves: members, units }): MinedTemplate => {
      const looks = members
        .map((index) => slots[index] as number)
        .sort((a, b) => store.lookAt(a).id - store.lookAt(b).id);
      return {
        id: store.lookAt(looks[0] as number).id,
        lookIds: looks.map((slot) => store.lookAt(slot).id),
        units,
        text: renderUnits(units),
        count: looks.reduce((sum, slot) => sum + store.countAt(slot), 0),
        firstLine: Math.min(...looks.map((slot) => store.lookAt(slot).firstLine)),
        lastLine: Math.max(...looks.map((slot) => store.lastLineAt(slot))),
        samples: looks.slice(0, 8).flatMap((slot) => store.lookAt(slot).samples),
      };
    });
    const templates = merged.sort((a, b) => a.id - b.id);
    const indexOf = new Map<number, number>();
    for (const [index, { lookIds }] of templates.entries()) for (const id of lookIds) indexOf.set(id, index);
    return { templates, finalOf: (id) => indexOf.get(store.livingIdOf(id)) ?? -1 };
  }
}
