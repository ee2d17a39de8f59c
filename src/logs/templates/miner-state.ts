import { IncidentError } from "../../domain/errors.ts";
import { Look, UnitReader } from "./look.ts";
import { LookStore, OVERFLOW_ID } from "./look-store.ts";
import { TemplateMiner } from "./template-miner.ts";
import { blendLooks, type Unit } from "./units.ts";

const VERSION = 1;

export type LookState = {
  id: number;
  count: number;
  firstLine: number;
  lastLine: number;
  coarseLow: number;
  coarseHigh: number;
  shape: number;
  isPattern: boolean;
  symbols: number[];
  units: Unit[];
  /** Raw lines. Left out of a snapshot for the disk. */
  samples: string[];
};

/** All that a miner knows, as plain data: to continue later, to move between threads, to merge. */
export type MinerState = {
  version: number;
  lineCount: number;
  idCount: number;
  aliases: [id: number, to: number][];
  looks: LookState[];
  losses: { condensed: number; evicted: number };
  /** When room is next made by condensing. */
  rounds: { untilCondensing: number; backOff: number };
};

export function exportState(
  { store, lineCount }: TemplateMiner,
  { withSamples }: { withSamples: boolean },
): MinerState {
  const reader = new UnitReader();
  const looks = store.activeSlots().map((slot): LookState => {
    const look = store.lookAt(slot);
    return {
      id: look.id,
      count: store.countAt(slot),
      firstLine: look.firstLine,
      lastLine: store.lastLineAt(slot),
      coarseLow: look.coarseLow,
      coarseHigh: look.coarseHigh,
      shape: look.shape,
      isPattern: look.pattern !== null,
      symbols: [...look.symbols(reader)],
      units: look.units(reader),
      samples: withSamples ? look.samples : [],
    };
  });
  return {
    version: VERSION,
    lineCount,
    idCount: store.idCount,
    aliases: store.aliased(),
    looks,
    losses: { ...store.losses },
    rounds: { ...store.rounds },
  };
}

/** A miner that goes on as the one that `state` was taken from would: same lines, same ids. @throws {IncidentError} BAD_INPUT */
export function importState(state: MinerState, maxLooks?: number): TemplateMiner {
  if (state.version !== VERSION) {
    throw new IncidentError("BAD_INPUT", `a miner snapshot of version ${state.version} cannot be read`, {
      hint: `This program reads version ${VERSION}: mine again.`,
    });
  }
  const miner = new TemplateMiner(new LookStore(maxLooks));
  for (let id = 0; id < state.idCount; id += 1) miner.store.nextId();
  for (const [id, to] of state.aliases) miner.store.alias(id, to);
  for (const look of state.looks) miner.store.insert(revive(look, look.id, 0), look.count, look.lastLine);
  Object.assign(miner.store.losses, state.losses);
  Object.assign(miner.store.rounds, state.rounds);
  miner.lineCount = state.lineCount;
  return miner;
}

/**
 * Adds what another miner learned from the lines that follow. Merging shards in their order gives the ids that one pass would.
 *
 * @returns by the other's id: the id here, `OVERFLOW_ID` for what was given up.
 */
export function mergeState(miner: TemplateMiner, state: MinerState): Int32Array {
  const { store } = miner;
  const reader = new UnitReader();
  const idMap = new Int32Array(state.idCount).fill(OVERFLOW_ID);
  for (const look of state.looks) {
    const symbols = Int32Array.from(look.symbols);
    let slot = store.findCoarse({ ...look, symbols, symbolCount: symbols.length });
    if (slot === -1) {
      if (store.isFull) store.makeRoom(reader);
      slot = store.insert(revive(look, store.nextId(), miner.lineCount), look.count, look.lastLine + miner.lineCount);
    } else {
      const known = store.lookAt(slot);
      if (known.pattern === null) blendLooks(known.units(reader), look.units);
      for (const sample of look.samples) known.addSample(sample);
      store.addCount(slot, look.count, look.lastLine + miner.lineCount);
    }
    idMap[look.id] = store.lookAt(slot).id;
  }
  // Ascending: an id lives on under a lower one, whose own fate is known by then.
  for (const [id, to] of state.aliases) idMap[id] = to === OVERFLOW_ID ? OVERFLOW_ID : (idMap[to] as number);
  store.losses.condensed += state.losses.condensed;
  store.losses.evicted += state.losses.evicted;
  miner.lineCount += state.lineCount;
  return idMap;
}

function revive(state: LookState, id: number, lineOffset: number): Look {
  const look = new Look(id, state.firstLine + lineOffset, state);
  look.setUnits(state.units.map((unit) => ({ ...unit })));
  const symbols = Int32Array.from(state.symbols);
  look.setSymbols(symbols);
  if (state.isPattern) look.pattern = symbols;
  look.samples.push(...state.samples);
  return look;
}
