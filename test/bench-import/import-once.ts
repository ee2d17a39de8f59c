// Imports one tree, and prints the peak of its resident memory in kilobytes and its CPU time in microseconds.
import { rcaeval } from "../../src/bench/import/rcaeval.ts";
import { runImport } from "../../src/bench/import/run-import.ts";

const [from = "", to = ""] = process.argv.slice(2);
const options = { only: null, entry: null, registry: null };
await runImport({ importer: rcaeval, from, to, force: true, options, version: "0.0.0" });
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
process.stdout.write(`${maxRSS} ${userCPUTime + systemCPUTime}\n`);
