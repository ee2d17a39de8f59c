/** A set of prefixes of lines, compared as bytes. */
export class Prefixes {
  private readonly byFirst: (Uint8Array[] | undefined)[] = [];
  /** 1 for each pair of first bytes that a prefix may have: one look rejects nearly every line. */
  private readonly pairs = new Uint8Array(1 << 16);

  /** @param list the prefixes, with bars between them. */
  constructor(list: string) {
    const encoder = new TextEncoder();
    for (const text of list.split("|")) {
      const prefix = encoder.encode(text);
      const first = prefix[0] as number;
      (this.byFirst[first] ??= []).push(prefix);
      const second = prefix[1];
      if (second === undefined) this.pairs.fill(1, first << 8, (first + 1) << 8);
      else this.pairs[(first << 8) | second] = 1;
    }
  }

  /** True if `bytes[at..end)` begins with one of them. */
  has(bytes: Uint8Array, at: number, end: number): boolean {
    if (at >= end || this.pairs[((bytes[at] as number) << 8) | (bytes[at + 1] as number)] === 0) return false;
    for (const prefix of this.byFirst[bytes[at] as number] ?? []) {
      let i = 1;
      while (i < prefix.length && at + i < end && bytes[at + i] === prefix[i]) i += 1;
      if (i === prefix.length) return true;
    }
    return false;
  }
}
