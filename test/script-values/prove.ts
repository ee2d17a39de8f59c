import type { Runbook } from "../../src/domain/runbook.ts";
import { renderScript } from "../../src/remediation/script.ts";
import { seededRandom } from "../../src/stats/seeded-random.ts";
import { applyTo, runBash } from "../remediation/samples.ts";
import { type Recorded, runBatch } from "./batch.ts";
import { type Pair, pairOf, type Slot, slotsOf } from "./slots.ts";
import { drawValue } from "./values.ts";

/** `executed`: scripts that also ran whole, with a real program as kubectl. `escapes`: what must not be; a sentence. */
export type Proof = {
  values: number;
  slots: number;
  rendered: number;
  refused: Map<string, number>;
  executed: number;
  escapes: string[];
};

const BATCH = 400;
/** A prime, so that a few values reach many steps. */
const STRIDE = 101;
/** Answers of the program in place of kubectl, for a script that runs whole. */
const ANSWERS = {
  "jsonpath={.kind}": "Deployment",
  "kubernetes\\.io/revision": "41",
  "rollout history": "39 <none>\n41 <none>\n",
  jsonpath: "7",
};

/**
 * Draws values into every slot of every step, and compares each script with that of a harmless value: the same lines
 * but the one with the value, the same commands with the value as one argument, the same options.
 *
 * @param options `executeEach`: one of so many scripts also runs as a file of its own, with a program as kubectl.
 *   `render`: another renderer, to see that this proof can fail.
 */
export function proveValues(
  runbooks: readonly Runbook[],
  {
    values,
    seed,
    executeEach,
    render = renderScript,
  }: { values: number; seed: number; executeEach: number; render?: typeof renderScript },
): Proof {
  const random = seededRandom(seed);
  const slots = slotsOf(runbooks);
  const proof: Proof = {
    values,
    slots: new Set(slots.map(({ runbook, step, place }) => JSON.stringify([runbook.slug, step.id, place]))).size,
    rendered: 0,
    refused: new Map(),
    executed: 0,
    escapes: [],
  };
  const refuse = (why: string): void => {
    const word = why
      .replace(/^[^]*?cannot be used in a script: /, "")
      .replaceAll(/\d+/g, "N")
      .replace(/^[^]*\) is not a/, "it is not a");
    proof.refused.set(word, (proof.refused.get(word) ?? 0) + 1);
  };
  const harmlessCalls = new Map<string, Recorded>();
  let waiting: { slot: Slot; pair: Pair; script: string; harmless: string }[] = [];

  function runWaiting(): void {
    const fresh = [...new Set(waiting.map(({ harmless }) => harmless))].filter((one) => !harmlessCalls.has(one));
    const ran = runBatch([...fresh, ...waiting.map(({ script }) => script)]);
    for (const [at, one] of fresh.entries()) harmlessCalls.set(one, ran[at] ?? { calls: [], finished: false });
    for (const [at, { slot, pair, script, harmless }] of waiting.entries()) {
      const known = harmlessCalls.get(harmless);
      const own = ran[fresh.length + at];
      const escape =
        known === undefined || own === undefined
          ? "did not run"
          : (lineEscape(script, harmless, pair) ?? callEscape(own, known, pair));
      if (escape !== null) proof.escapes.push(sentence(slot, pair.value, escape));
    }
    waiting = [];
  }

  for (let at = 0; at < values; at += 1) {
    const slot = slots[(at * STRIDE) % slots.length];
    if (slot === undefined) throw new RangeError("no runbook has a step");
    const pair = pairOf(slot, drawValue(random), random, render);
    if ("refused" in pair) {
      refuse(pair.refused);
      continue;
    }
    const { rendered, harmless, value } = pair;
    if (!harmless.ok) throw new Error(`${slot.runbook.slug}/${slot.step.id}: ${harmless.why}`);
    if (!rendered.ok) {
      refuse(rendered.why);
      continue;
    }
    proof.rendered += 1;
    waiting.push({ slot, pair, script: rendered.script, harmless: harmless.script });
    if (waiting.length === BATCH) runWaiting();
    if (random() < 1 / executeEach) {
      proof.executed += 1;
      const escape = executedEscape(rendered.script, harmless.script, pair);
      if (escape !== null) proof.escapes.push(sentence(slot, value, escape));
    }
  }
  if (waiting.length > 0) runWaiting();
  return proof;
}

const sentence = ({ runbook, step, place }: Slot, value: string, escape: string): string =>
  `${runbook.slug}/${step.id}, ${place.kind === "text" ? place.of : place.name}: ${JSON.stringify(value.slice(0, 200))} ${escape}`;

/** Both scripts, line by line. Null if only the line with the value differs. */
function lineEscape(script: string, harmless: string, { line }: Pair): string | null {
  const [lines, others] = [script.split("\n"), harmless.split("\n")];
  if (lines.length !== others.length) return `makes ${lines.length} lines out of ${others.length}`;
  for (const [at, text] of lines.entries()) {
    const other = others[at] ?? "";
    if (text !== other && !(line.test(text) && line.test(other))) return `changes line ${at + 1}: ${text}`;
  }
  return null;
}

/** Null if the script made the calls of the harmless one, with the value in place of the token. */
function callEscape(own: Recorded, known: Recorded, { value, token }: Pair): string | null {
  if (!known.finished || !own.finished) return "stops the script";
  return differs(own.calls, known.calls, value, token);
}

function differs(calls: readonly string[][], known: readonly string[][], value: string, token: string): string | null {
  if (calls.length !== known.length) return `makes ${calls.length} commands out of ${known.length}`;
  for (const [at, call] of calls.entries()) {
    const expected = (known[at] ?? []).map((word) => word.replaceAll(token, () => value));
    if (call.length !== expected.length || call.some((word, n) => word !== expected[n]))
      return `changes a command: ${JSON.stringify(call)}`;
    const options = (words: readonly string[]): string =>
      words.map((word) => (word.startsWith("-") ? "-" : "w")).join("");
    if (["kubectl", "amtool"].includes(call[0] ?? "") && options(call) !== options(known[at] ?? []))
      return `becomes an option: ${JSON.stringify(call)}`;
  }
  return null;
}

/**
 * Both scripts as files, with \`--apply\` and a program as kubectl. A value that the cluster does not show stops a script
 * that expects it; until then the calls are the same.
 */
function executedEscape(script: string, harmless: string, { value, token, line }: Pair): string | null {
  const given = applyTo(script);
  const args = line.test("CONTEXT=") ? given.filter((word) => word !== "--context" && word !== "c1") : given;
  const [own, known] = [script, harmless].map((text) => runBash(text, { args, kubectl: ANSWERS }));
  if (own === undefined || known === undefined) return "did not run";
  if (own.leftovers.length > 0) return `ran: it created ${own.leftovers.join(", ")}`;
  const count = Math.min(own.calls.length, known.calls.length);
  if (count === 0 && own.calls.length !== known.calls.length) return "makes other commands";
  return differs(own.calls.slice(0, count), known.calls.slice(0, count), value, token);
}
