import { Interner } from "./interner.ts";

/** First-draft Drain over strings. */
const VARIABLE = "<*>";
const LEVELS = /\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|PANIC)\b/i;
const CALL_SITE = /\b([\p{L}_$][\p{L}\p{N}_$.[\]-]*[#@:]\d+)\b/u;
const HEAD_CHARS = 160;
const MAX_TOKENS = 60;

const mask = (token: string): string => (/\d/.test(token) ? token.replace(/^[^\p{L}\p{N}<[({"']*|[^\p{L}\p{N}>\])}"']*$/gu, "").length > 0 ? VARIABLE : token : token);

type Cluster = { id: number; tokens: string[]; level: string | null };

export class TextMiner {
  private readonly byKey = new Map<string, Cluster[]>();
  private readonly clusters: Cluster[] = [];
  private readonly sites = new Interner();

  get size(): number {
    return this.clusters.length;
  }

  add(line: string): number {
    const head = line.slice(0, HEAD_CHARS);
    const level = LEVELS.exec(head)?.[1] ?? null;
    const site = CALL_SITE.exec(head)?.[1] ?? null;
    const tokens = line.trim().split(/\s+/, MAX_TOKENS).map((token) => (token === site ? token : mask(token)));
    const key = site !== null ? `@${this.sites.idOf(site)} ${level}` : `${tokens.length} ${tokens.find((t) => t !== VARIABLE) ?? ""}`;
    const candidates = this.byKey.get(key) ?? [];
    if (candidates.length === 0) this.byKey.set(key, candidates);
    for (const cluster of candidates) {
      if (site !== null || similarity(cluster.tokens, tokens) >= 0.5) {
        merge(cluster.tokens, tokens);
        return cluster.id;
      }
    }
    const cluster = { id: this.clusters.length, tokens, level };
    candidates.push(cluster);
    this.clusters.push(cluster);
    return cluster.id;
  }

  templateOf(id: number): string {
    return this.clusters[id]?.tokens.join(" ") ?? "";
  }

  levelOf(id: number): string | null {
    return this.clusters[id]?.level ?? null;
  }
}

function similarity(a: string[], b: string[]): number {
  let same = 0;
  for (let i = 0; i < a.length; i += 1) if (a[i] === b[i]) same += 1;
  return same / a.length;
}

function merge(into: string[], tokens: string[]): void {
  const shared = Math.min(into.length, tokens.length);
  for (let i = 0; i < shared; i += 1) if (into[i] !== tokens[i]) into[i] = VARIABLE;
  if (into.length !== tokens.length) into.splice(shared, into.length - shared, VARIABLE);
}
