import { workloadOf } from "../naming.ts";
import { allOrPrecision, precisionRecall, type PrecisionRecall } from "./root-causes.ts";

/**
 * The part of an ITBench answer that can be scored without a judge. Names: `namespace/Kind/name`, or a plain name.
 * `entities`: best first; only those with `contributing_factor` are root causes.
 */
export type ItBenchAnswer = {
  entities: readonly { name: string; contributing_factor: boolean }[];
  propagations: readonly { source: string; target: string }[];
};
/** `entities`: for each entity of the incident its names, aliases included. `edges`: by index, cause first. */
export type ItBenchTruth = {
  entities: readonly { names: readonly string[]; isRootCause: boolean }[];
  edges: readonly (readonly [from: number, to: number])[];
};
export type ItBenchScore = {
  rootCause: PrecisionRecall;
  /** Recall of the root causes among the first k, for k of 1 to 5. */
  recallAt: readonly number[];
  /** ITBench-AA. */
  allOrPrecision: number;
  propagation: PrecisionRecall;
  /** Like `rootCause`, but an entity n hops away from a root cause counts 1/(1 + n). */
  proximity: PrecisionRecall;
};

const KS = [1, 2, 3, 4, 5] as const;

/** The parts of a name from its end: name, kind, namespace. The suffix of a pod is left out. */
const partsOf = (name: string): string[] =>
  name
    .toLowerCase()
    .split("/")
    .toReversed()
    .map((part, at) => (at === 0 ? workloadOf(part) : part));

/** Names mean the same if all parts that both have are equal, in any case. */
function isSameName(a: string, b: string): boolean {
  const [first, second] = [partsOf(a), partsOf(b)];
  return first.slice(0, second.length).every((part, at) => part === second[at]);
}

const indexOf = ({ entities }: ItBenchTruth, name: string): number =>
  entities.findIndex(({ names }) => names.some((one) => isSameName(one, name)));

/** A key for each distinct answer: the index of a true entity, else the name in lower case. */
const keyOf = (truth: ItBenchTruth, name: string): string => {
  const at = indexOf(truth, name);
  return at < 0 ? `other:${partsOf(name).join("/")}` : `entity:${at}`;
};

/** Hops from each entity to the nearest of `from`, over the edges in both directions. */
function hopsFrom({ entities, edges }: ItBenchTruth, from: readonly number[]): number[] {
  const hops = entities.map((_, at) => (from.includes(at) ? 0 : Infinity));
  for (let round = 0; round < entities.length; round += 1)
    for (const [a, b] of edges) {
      const [ofA = Infinity, ofB = Infinity] = [hops[a], hops[b]];
      hops[a] = Math.min(ofA, ofB + 1);
      hops[b] = Math.min(ofB, ofA + 1);
    }
  return hops;
}

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
const nearness = (hops: number | undefined): number => (hops === undefined ? 0 : 1 / (1 + hops));

function proximityOf(truth: ItBenchTruth, answered: readonly number[], roots: readonly number[]): PrecisionRecall {
  if (answered.length === 0 && roots.length === 0) return { precision: 1, recall: 1, f1: 1 };
  const toRoot = hopsFrom(truth, roots);
  const toAnswer = hopsFrom(truth, answered);
  const precision = meanOf(answered.map((at) => nearness(toRoot[at])));
  const recall = meanOf(roots.map((at) => nearness(toAnswer[at])));
  return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

/**
 * Scores what ITBench's judge scores of entities and propagation, as far as names decide it: the reasoning is left to
 * a judge, so that these figures are not ITBench's own.
 *
 * @see https://github.com/itbench-hub/ITBench-SRE-Agent (itbench_evaluations)
 */
export function scoreItBench({ entities, propagations }: ItBenchAnswer, truth: ItBenchTruth): ItBenchScore {
  const roots = truth.entities.flatMap(({ isRootCause }, at) => (isRootCause ? [at] : []));
  const answers = [...new Set(entities.filter((one) => one.contributing_factor).map(({ name }) => keyOf(truth, name)))];
  const rootKeys = roots.map((at) => `entity:${at}`);
  const hitsIn = (keys: readonly string[]): number => rootKeys.filter((key) => keys.includes(key)).length;
  const given = new Set(propagations.map(({ source, target }) => `${keyOf(truth, source)} ${keyOf(truth, target)}`));
  const wanted = new Set(truth.edges.map(([from, to]) => `entity:${from} entity:${to}`));
  const sharedEdges = [...given].filter((edge) => wanted.has(edge)).length;
  // A name that is no entity of the incident is infinitely far away: its index is -1.
  const answered = answers.map((key) => (key.startsWith("entity:") ? Number(key.slice("entity:".length)) : -1));
  return {
    rootCause: precisionRecall(hitsIn(answers), answers.length, roots.length),
    recallAt: KS.map((k) => (roots.length === 0 ? 0 : hitsIn(answers.slice(0, k)) / roots.length)),
    allOrPrecision: allOrPrecision(
      answers,
      rootKeys.map((key) => [key]),
    ),
    propagation: precisionRecall(sharedEdges, given.size, wanted.size),
    proximity: proximityOf(truth, answered, roots),
  };
}
