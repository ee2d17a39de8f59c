import { Interner } from "./interner.ts";
import type { LogEvent } from "./lines/log-event.ts";
import { severityOf, severityOfLevel } from "./lines/severity.ts";
import { LineMiner } from "./templates/line-miner.ts";

/** A log statement in the code. `level`: as its lines state it; null if they do not. */
export type Statement = { text: string; level: string | null };
/** Statements by their final number. `finalOf` maps the numbers that `add` returned. */
export type SettledStatements = { statements: Statement[]; finalOf: (code: number) => number };

/** The code of a line: `CODES` times the number of its cluster or site, plus what it is. */
const CODES = 3;
const FAILING = 1;
const SITE = 2;

/** A level at the start of a text without a header: `WARN cart is empty`. Null if the text states none. */
function levelAtStart(text: string): string | null {
  const word = /^[A-Z]{4,}(?=:? )/.exec(text)?.[0];
  return word !== undefined && severityOfLevel(word) !== undefined ? word : null;
}

type Site = { text: string; level: string | null; clusterCounts: Map<number, number> };

/**
 * Numbers each line by the statement that wrote it. A line that names its place in the code (`Class#31`) is identified
 * by that place, any other by its template and by whether it states a failure: a request line at error level is another
 * event than the same line at information level. The numbers are final once all lines are added.
 */
export class Statements {
  private readonly miner = new LineMiner();
  private readonly siteIds = new Interner();
  private readonly sites: Site[] = [];
  /** By cluster, for its lines at error level and for all others. */
  private readonly levelOf = { failing: new Map<number, string | null>(), usual: new Map<number, string | null>() };
  private readonly failingLevels = new Map<string, boolean>();

  add(event: LogEvent): number {
    const cluster = this.miner.addEvent(event);
    const { level: statedLevel, logger, isCallSite } = event;
    if (!isCallSite || logger === null) {
      const isFailing = statedLevel !== null && this.isFailing(statedLevel);
      const levels = isFailing ? this.levelOf.failing : this.levelOf.usual;
      if (!levels.has(cluster)) levels.set(cluster, statedLevel);
      return cluster * CODES + (isFailing ? FAILING : 0);
    }
    const text = statedLevel === null ? logger : `${statedLevel} ${logger}`;
    const id = this.siteIds.idOf(text);
    const site = (this.sites[id] ??= { text, level: statedLevel, clusterCounts: new Map() });
    site.clusterCounts.set(cluster, (site.clusterCounts.get(cluster) ?? 0) + 1);
    return id * CODES + SITE;
  }

  private isFailing(level: string): boolean {
    const known = this.failingLevels.get(level);
    if (known !== undefined) return known;
    const severity = severityOf(level, "");
    const isFailing = severity === "error" || severity === "fatal";
    this.failingLevels.set(level, isFailing);
    return isFailing;
  }

  settle(): SettledStatements {
    const { templates, finalOf } = this.miner.templates.resolve();
    const overflow = { text: "(other lines: too many different templates)", level: null };
    const fromTemplates = [this.levelOf.usual, this.levelOf.failing].flatMap((levels) =>
      templates.map(({ text, clusterIds }): Statement => ({
        text,
        level: clusterIds.map((id) => levels.get(id)).find((level) => level != null) ?? levelAtStart(text),
      })),
    );
    const fromSites = this.sites.map(({ text, level, clusterCounts }): Statement => {
      const [usual] = [...clusterCounts].reduce((a, b) => (b[1] > a[1] ? b : a));
      return { text: `${text} ${templates[finalOf(usual)]?.text ?? ""}`.trim(), level };
    });
    const statements = [...fromTemplates, ...fromSites, overflow];
    return {
      statements,
      finalOf: (code) => {
        const kind = code % CODES;
        const number = (code - kind) / CODES;
        if (kind === SITE) return fromTemplates.length + number;
        const index = finalOf(number);
        return index === -1 ? statements.length - 1 : index + (kind === FAILING ? templates.length : 0);
      },
    };
  }
}
