import { Interner } from "./interner.ts";
import { LineMiner } from "./templates/line-miner.ts";

/** A statement of the code that writes lines. `level` as its lines state it; null where they do not. */
export type Statement = { text: string; level: string | null };
/** Statements by their final number; `finalOf` takes the numbers that `add` gave. */
export type SettledStatements = { statements: Statement[]; finalOf: (code: number) => number };

type Site = { text: string; level: string | null; lookCounts: Map<number, number> };

/**
 * Gives each line the number of the statement that wrote it. A line that names its place in the code (`Class#31`) is known by that
 * place; any other by its template. Numbers become final when all lines are in.
 */
export class Statements {
  private readonly miner: LineMiner;
  private readonly siteIds = new Interner();
  private readonly sites: Site[] = [];
  private readonly levelOfLook = new Map<number, string | null>();

  constructor(yearGuess: number) {
    this.miner = new LineMiner({ yearGuess });
  }

  /** @param level what the record says beside its body; the body's own header counts where it says nothing. */
  add(bytes: Uint8Array, start: number, end: number, level: string | null): number {
    const look = this.miner.add(bytes, start, end);
    const { header } = this.miner;
    const told = level ?? header.level;
    if (!header.isCallSite || header.logger === null) {
      if (!this.levelOfLook.has(look)) this.levelOfLook.set(look, told);
      return look * 2;
    }
    const text = told === null ? header.logger : `${told} ${header.logger}`;
    const id = this.siteIds.idOf(text);
    const site = (this.sites[id] ??= { text, level: told, lookCounts: new Map() });
    site.lookCounts.set(look, (site.lookCounts.get(look) ?? 0) + 1);
    return id * 2 + 1;
  }

  settle(): SettledStatements {
    const { templates, finalOf } = this.miner.templates.resolve();
    const overflow = { text: "(lines of too many different kinds)", level: null };
    const fromTemplates = templates.map(({ text, lookIds }): Statement => ({
      text,
      level: lookIds.map((id) => this.levelOfLook.get(id)).find((level) => level != null) ?? null,
    }));
    const fromSites = this.sites.map(({ text, level, lookCounts }): Statement => {
      const [usual] = [...lookCounts].reduce((a, b) => (b[1] > a[1] ? b : a));
      return { text: `${text} ${templates[finalOf(usual)]?.text ?? ""}`.trim(), level };
    });
    const statements = [...fromTemplates, ...fromSites, overflow];
    return {
      statements,
      finalOf: (code) => {
        if (code % 2 === 1) return templates.length + (code - 1) / 2;
        const index = finalOf(code / 2);
        return index === -1 ? statements.length - 1 : index;
      },
    };
  }
}
