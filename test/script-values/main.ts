// No value of a parameter changes the structure of a script: `npm run bench:script-values [-- VALUES SEED]`.
import { proveValues } from "./prove.ts";
import { shippedRunbooks, silenceRunbook } from "./shipped.ts";

const [values = 100_000, seed = 20_261_130] = process.argv.slice(2).map(Number);
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const startMs = performance.now();
const { slots, rendered, refused, executed, escapes } = proveValues([...(await shippedRunbooks()), silenceRunbook()], {
  values,
  seed,
  executeEach: 100,
});
print(`${values} values in ${slots} places of the scripts, ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
print(
  `${rendered} scripts through bash -n and the recorder; ${executed} of them also as files, with a program as kubectl`,
);
print(`${[...refused.values()].reduce((sum, count) => sum + count, 0)} values refused:`);
for (const [why, count] of [...refused].toSorted((a, b) => b[1] - a[1])) print(`  ${count} ${why}`);
print(`${escapes.length} escapes`);
for (const escape of escapes.slice(0, 20)) print(`  ${escape}`);
process.exitCode = escapes.length === 0 ? 0 : 1;
