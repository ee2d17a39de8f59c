import { IdLog } from "./id-log.ts";
import { LineMasker, type Mask } from "../lines/line-masker.ts";
import { LineMiner, type OnMined } from "./line-miner.ts";
import { LineSplitter } from "../lines/line-splitter.ts";
import { exportState, mergeState, type MinerState } from "./miner-state.ts";
import { OVERFLOW_ID } from "./cluster-store.ts";
import { TemplateMiner } from "./template-miner.ts";
import { WILDCARD } from "./segments.ts";

/** Only this much of a longer line is mined. */
const MAX_LINE_BYTES = 1 << 16;
const OUTPUT_CHUNK_BYTES = 1 << 16;

/** The result of mining one part of a file: plain data, so that a worker can send it. */
export type Shard = { state: MinerState; ids: Int32Array | null; cutLines: number };
/** Settings that change what is mined. `fold`: lines of a stack trace belong to the event before them. */
export type MineSettings = { fold: boolean; masks: readonly Mask[] };
export const DEFAULT_SETTINGS: MineSettings = { fold: true, masks: [] };
export type ShardOptions = {
  assign: boolean;
  settings?: MineSettings | undefined;
  onBytes?: ((bytes: number) => void) | undefined;
  signal?: AbortSignal | undefined;
};

/** Mines one part of a file, which starts and ends at line boundaries. */
export async function mineShard(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ShardOptions,
): Promise<Shard> {
  const mined = await mineLines(chunks, options);
  return {
    state: exportState(mined.templates, { withSamples: true }),
    ids: mined.ids?.toArray() ?? null,
    cutLines: mined.cutLines,
  };
}

/** Mines a stream of bytes into a miner, which can then be queried or continue with another stream. */
export async function mineLines(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ShardOptions,
  templates = new TemplateMiner(),
): Promise<{ templates: TemplateMiner; ids: IdLog | null; cutLines: number }> {
  const { assign, onBytes, signal } = options;
  const ids = assign ? new IdLog() : null;
  let cutLines = 0;
  const miner = lineMiner(options.settings, templates, (id, { lines }) => {
    for (let i = 0; i < lines; i += 1) ids?.push(id);
  });
  const splitter = new LineSplitter(
    (buffer, start, end, _line, cutBytes) => {
      if (cutBytes > 0) cutLines += 1;
      miner.push(buffer, start, end);
    },
    { maxLineBytes: MAX_LINE_BYTES },
  );
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    splitter.push(chunk);
    onBytes?.(chunk.length);
  }
  splitter.end();
  miner.flush();
  return { templates, ids, cutLines };
}

const lineMiner = ({ fold, masks } = DEFAULT_SETTINGS, templates: TemplateMiner, onMined: OnMined): LineMiner =>
  new LineMiner({ templates, fold, masker: masks.length === 0 ? null : new LineMasker(masks) }, onMined);

/**
 * Joins shards in their order. The result has the same templates and ids as one pass over all of them, and does not
 * depend on how workers shared them. Only above the limit of clusters may one pass drop other clusters than the shards
 * do.
 *
 * @param templates what was mined before. It is changed.
 */
export function joinShards(
  shards: Iterable<Shard>,
  templates = new TemplateMiner(),
): { templates: TemplateMiner; ids: IdLog; cutLines: number } {
  const ids = new IdLog();
  let cutLines = 0;
  for (const shard of shards) {
    const idMap = mergeState(templates, shard.state);
    if (shard.ids !== null) ids.append(shard.ids, idMap);
    cutLines += shard.cutLines;
  }
  return { templates, ids, cutLines };
}

/**
 * Writes `groupId<TAB>template` and a newline for every line, in order, as chunks of bytes.
 *
 * @param withOnline writes `groupId<TAB>onlineId<TAB>template` instead. `onlineId`: the id that the line got at first.
 */
export function* assignedLines(templates: TemplateMiner, ids: IdLog, withOnline = false): Generator<Uint8Array> {
  const { templates: mined, finalOf } = templates.resolve();
  const encoder = new TextEncoder();
  const rows = mined.map(({ id, text }) => encoder.encode(`${id}\t${text}\n`));
  const overflow = encoder.encode(`${OVERFLOW_ID}\t${WILDCARD}\n`);
  const rowFor = (id: number): Uint8Array => {
    if (!withOnline) return rows[finalOf(id)] ?? overflow;
    const found = mined[finalOf(id)];
    return encoder.encode(`${found?.id ?? OVERFLOW_ID}\t${id}\t${found?.text ?? WILDCARD}\n`);
  };
  const rowOf: (Uint8Array | undefined)[] = [];
  let out = new Uint8Array(OUTPUT_CHUNK_BYTES);
  let used = 0;
  for (const block of ids.blocks()) {
    for (const id of block) {
      const row = id < 0 ? rowFor(id) : (rowOf[id] ??= rowFor(id));
      if (used + row.length > out.length) {
        yield out.subarray(0, used);
        out = new Uint8Array(Math.max(OUTPUT_CHUNK_BYTES, row.length));
        used = 0;
      }
      out.set(row, used);
      used += row.length;
    }
  }
  yield out.subarray(0, used);
}
