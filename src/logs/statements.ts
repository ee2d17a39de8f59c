import { Interner } from "./interner.ts";
import type { LogEvent } from "./lines/log-event.ts";
import { LineMiner } from "./templates/line-miner.ts";

/** A log statement in the code. `level`: as its lines state it; null if they do not. */
export type Statement = { text: string; level: string | null };
/** Statements by their final number. `finalOf` maps the numbers that `add` returned. */
export type SettledStatements = { statements: Statement[]; finalOf: (code: number) => number };

type Site = { text: string; level: string | null; clusterCounts: Map<number, number> };

/**
 * Numbers each line by the statement that wrote it. A line that names its place in the code (`Class#31`) is identified
 * by that place, any other by its template. The numbers are final once all lines are added.
 */
export class Statements {
  private readonly miner = new LineMiner();
  private readonly siteIds = new Interner();
  private readonly sites: Site[] = [];
  private readonly levelOfCluster = new Map<number, string | null>();

  add(event: LogEvent): number {
    const cluster = this.miner.addEvent(event);
    const { level: statedLevel, logger, isCallSite } = event;
    if (!isCallSite || logger === null) {
      if (!this.levelOfCluster.has(cluster)) this.levelOfCluster.set(cluster, statedLevel);
      return cluster * 2;
    }
    const text = statedLevel === null ? logger : `${statedLevel} ${logger}`;
    const id = this.siteIds.idOf(text);
    const site = (this.sites[id] ??= { text, level: statedLevel, clusterCounts: new Map() });
    site.clusterCounts.set(cluster, (site.clusterCounts.get(cluster) ?? 0) + 1);
    return id * 2 + 1;
  }

  settle(): SettledStatements {
    const { templates, finalOf } = this.miner.templates.resolve();
    const overflow = { text: "(other lines: too many different templates)", level: null };
    const fromTemplates = templates.map(({ text, clusterIds }): Statement => ({
      text,
      level: clusterIds.map((id) => this.levelOfCluster.get(id)).find((level) => level != null) ?? null,
    }));
    const fromSites = this.sites.map(({ text, level, clusterCounts }): Statement => {
      const [usual] = [...clusterCounts].reduce((a, b) => (b[1] > a[1] ? b : a));
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
