import type { CauseCard } from "../../domain/cause.ts";
import { plainName, similarNames } from "../../ask/similar-names.ts";
import { CAUSES } from "../../rca/catalogue.ts";

/** Kinds of component, with words that their names hold. */
const KINDS: readonly (readonly string[])[] = [
  ["cache", "redis", "memcached", "valkey", "varnish"],
  ["database", "db", "postgres", "postgresql", "mysql", "mariadb", "mongo", "mongodb", "sql", "cassandra", "oracle"],
  ["queue", "broker", "kafka", "rabbitmq", "rabbit", "nats", "sqs", "activemq"],
  ["load balancer", "balancer", "lb", "nginx", "envoy", "haproxy", "ingress", "proxy"],
  ["dns", "coredns", "resolver"],
  ["storage", "disk", "volume", "minio", "s3"],
];
const FILLERS =
  /\b(?:the|a|an|our|my|this|that|some|service|services|pod|pods|node|host|component|system|please|itself|then|really|actually)\b|'s\b/g;
/** Words that a cause's title needs in common with the question. */
const LEAST_SHARED = 0.5;
const MAX_SIMILAR = 5;

/** What the words of a question name. `similar`: entities with like names, where none is meant. */
export type NamedThings = { words: string; entities: string[]; causes: CauseCard[]; similar: string[] };

/** Finds the entities and causes that words mean: "the cache" is `redis-cart`, "a bad deploy" is `bad_deploy`. */
export function namedThings(about: string, entities: readonly string[]): NamedThings {
  const words = about.replaceAll(FILLERS, " ").replaceAll(/\s+/g, " ").trim() || about.trim();
  const plain = plainName(words);
  const exact = entities.filter((id) => [id, id.split("/").at(-1) ?? id].some((name) => plainName(name) === plain));
  if (exact.length > 0) return { words, entities: exact, causes: [], similar: [] };
  const causes = causesNamed(words);
  const wanted = wordsOf(words);
  const parts = entities.filter((id) => {
    const own = wordsOf(id);
    return wanted.length > 0 && wanted.every((word) => own.some((other) => isSame(word, other)));
  });
  return {
    words,
    entities: parts,
    causes,
    similar: parts.length > 0 ? [] : similarNames(words, entities).slice(0, MAX_SIMILAR),
  };
}

const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);

const isSame = (a: string, b: string): boolean =>
  a === b ||
  (a.length > 3 && (`${a}s` === b || a === `${b}s`)) ||
  KINDS.some((kind) => kind.includes(a) && kind.includes(b)) ||
  // names of components are often glued: "rediscache", "ordersdb"
  KINDS.some((kind) => kind[0] === a && kind.some((word) => word.length > 3 && b.includes(word)));

/** Causes of which the question has most words, the best first. */
function causesNamed(words: string): CauseCard[] {
  const wanted = new Set(wordsOf(words).map(stem));
  if (wanted.size === 0) return [];
  return CAUSES.map((card) => {
    const names = [card.id.replaceAll("_", " "), card.title].map((name) => wordsOf(name).map(stem));
    const score = Math.max(
      ...names.map((own) => {
        const shared = own.filter((word) => wanted.has(word)).length;
        return Math.min(shared / own.length, shared / wanted.size);
      }),
    );
    return { card, score };
  })
    .filter(({ score }) => score >= LEAST_SHARED)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 2)
    .map(({ card }) => card);
}

const SYNONYMS: Readonly<Record<string, string>> = {
  latency: "delay",
  slow: "delay",
  leak: "leak",
  rollout: "deploy",
  release: "deploy",
  deployment: "deploy",
  cert: "certificate",
  oom: "memory",
};
const stem = (word: string): string =>
  SYNONYMS[word] ?? (word.length > 4 ? word.replace(/(?:ing|ed|es|s)$/, "") : word);
