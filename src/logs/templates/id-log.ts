const CHUNK = 1 << 18;

/** One id for each line, in the order of lines, 4 bytes each. */
export class IdLog {
  private readonly chunks: Int32Array[] = [];
  private used = CHUNK;
  length = 0;

  push(id: number): void {
    if (this.used === CHUNK) {
      this.chunks.push(new Int32Array(CHUNK));
      this.used = 0;
    }
    (this.chunks[this.chunks.length - 1] as Int32Array)[this.used] = id;
    this.used += 1;
    this.length += 1;
  }

  /** All ids in one array, to send to another worker. */
  toArray(): Int32Array {
    const all = new Int32Array(this.length);
    for (const [index, chunk] of this.chunks.entries())
      all.set(chunk.subarray(0, Math.min(CHUNK, this.length - index * CHUNK)), index * CHUNK);
    return all;
  }

  /** Adds another log's ids, each mapped by `idMap`. */
  append(ids: Int32Array, idMap: Int32Array): void {
    for (const id of ids) this.push(id < 0 ? id : (idMap[id] as number));
  }

  *blocks(): Generator<Int32Array> {
    for (const [index, chunk] of this.chunks.entries())
      yield chunk.subarray(0, Math.min(CHUNK, this.length - index * CHUNK));
  }
}
