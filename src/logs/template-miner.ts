import { mergeTemplates } from "./merge-templates.ts";
import { TokenScanner } from "./token-scanner.ts";
import { blendLooks, keyOf, readUnits, renderUnits, type Unit } from "./units.ts";

type Look = { units: Unit[]; count: number };

/** Mines templates from lines of bytes. A line gets its look's id at once; `resolve` says which statement each look belongs to. */
export class TemplateMiner {
  private readonly scanner = new TokenScanner();
  private readonly decoder = new TextDecoder();
  private readonly byHash = new Map<number, Map<number, number>>();
  private readonly byKey = new Map<string, number>();
  private readonly looks: Look[] = [];

  get lookCount(): number {
    return this.looks.length;
  }

  add(buffer: Uint8Array, start: number, end: number): number {
    const { scanner } = this;
    scanner.scan(buffer, start, end);
    const id = this.byHash.get(scanner.keyLow)?.get(scanner.keyHigh) ?? this.learn(buffer);
    const look = this.looks[id] as Look;
    look.count += 1;
    return id;
  }

  private learn(buffer: Uint8Array): number {
    const { scanner } = this;
    const units = readUnits(scanner, (start, end) => this.decoder.decode(buffer.subarray(start, end)));
    const key = keyOf(units);
    let id = this.byKey.get(key);
    if (id === undefined) {
      id = this.looks.length;
      this.looks.push({ units, count: 0 });
      this.byKey.set(key, id);
    } else blendLooks((this.looks[id] as Look).units, units);
    const row = this.byHash.get(scanner.keyLow) ?? new Map<number, number>();
    this.byHash.set(scanner.keyLow, row.set(scanner.keyHigh, id));
    return id;
  }

  /** @returns by look id: the final template's index; and the templates' texts. */
  resolve(): { templateOf: Int32Array; texts: string[] } {
    const templates = mergeTemplates(this.looks);
    const templateOf = new Int32Array(this.looks.length);
    for (const [index, { leaves }] of templates.entries()) for (const look of leaves) templateOf[look] = index;
    return { templateOf, texts: templates.map(({ units }) => renderUnits(units)) };
  }
}
