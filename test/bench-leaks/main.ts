// Recall, false positives and speed of masking. Arguments: folders whose lines are masked; default: the bundled
// incidents.
import { createReadStream, globSync } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { redactSecrets } from "../../src/domain/redact.ts";
import { FIXTURES_DIR } from "../../src/host.ts";
import { benignLines, type CorpusPart, corpusCases, isStillThere } from "../leaks/corpus.ts";
import { plantedCases, type Recall, recallOf } from "../leaks/plant.ts";
import { unseenCases } from "../leaks/unseen.ts";

const SEED = 20_261_130;
const PER_KIND = 500;
const ROUNDS = 50;
/** Lines that are read of one file, and characters of one line: tool outputs are long. */
const [MAX_LINES, MAX_CHARS] = [20_000, 20_000];

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)} %`;
const sum = (rows: readonly Recall[], field: "masked" | "count"): number =>
  rows.reduce((total, row) => total + row[field], 0);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

function printRecall(what: string, rows: readonly Recall[]): void {
  for (const isSecret of [true, false]) {
    const same = rows.filter((row) => row.isSecret === isSecret);
    const [masked, count] = [sum(same, "masked"), sum(same, "count")];
    print(
      `| ${what} | ${isSecret ? "secrets" : "personal data"} | ${same.length} | ${count} | ${percent(masked, count)} |`,
    );
  }
}

/** Lines of the log, alert, change, cluster and metric files below a folder. Recorded answers are not opened. */
async function* linesBelow(folder: string): AsyncGenerator<string> {
  const files = globSync(`${folder}/**/*.{log,txt,md,json,jsonl,csv}{,.gz}`).filter(
    (file) => !file.includes("/oracles/"),
  );
  for (const file of files.toSorted()) {
    const bytes = createReadStream(file);
    let read = 0;
    for await (const line of createInterface({ input: file.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes })) {
      if ((read += 1) > MAX_LINES) break;
      if (line.length <= MAX_CHARS) yield line;
    }
    bytes.destroy();
  }
}

async function printChanged(folder: string): Promise<void> {
  let [lines, changed, ms] = [0, 0, 0];
  const kinds = new Map<string, number>();
  for await (const line of linesBelow(folder)) {
    const startMs = performance.now();
    const masked = redactSecrets(line);
    ms += performance.now() - startMs;
    lines += 1;
    if (masked === line) continue;
    changed += 1;
    for (const kind of new Set(masked.match(/(?<=⟨)[a-z-]+(?=⟩)/g) ?? [])) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const listed = [...kinds].toSorted((a, b) => b[1] - a[1]).map(([kind, count]) => `${kind} ${count}`);
  const name = folder.split("/").at(-1) ?? folder;
  const speed = Math.round(lines / ms);
  print(
    `| ${name} | ${lines} | ${changed} | ${percent(changed, Math.max(1, lines))} | ${listed.join(", ")} | ${speed} |`,
  );
}

print("| Texts | Values | Kinds | Planted | Masked |\n|---|---|---|---|---|");
const rows = recallOf(plantedCases(SEED, PER_KIND), redactSecrets);
printRecall("generated", rows);
const unseen = recallOf(unseenCases(SEED, ROUNDS), redactSecrets);
printRecall("written after the rules", unseen);
const PARTS: readonly CorpusPart[] = ["dev", "sealed", "fresh"];
for (const part of PARTS)
  printRecall(`lines of software, ${part}`, recallOf(corpusCases(part, SEED, 4), redactSecrets, isStillThere));
const benign = (["dev", "sealed"] as const).flatMap((part) => benignLines(part, SEED, 8));
const touched = benign.filter((line) => redactSecrets(line) !== line).length;
print(`\nlines that only look dangerous: ${touched} of ${benign.length} changed, ${percent(touched, benign.length)}`);
for (const { kind, masked, count, missed } of [...rows, ...unseen].filter((row) => row.masked < row.count))
  print(
    `\nnot masked: ${kind}, ${count - masked} of ${count}, such as ${JSON.stringify(missed[0]?.text).slice(0, 120)}`,
  );
print(
  "\n| Lines of | Lines | Changed | Share | Marks in changed lines | Thousand lines a second |\n|---|---|---|---|---|---|",
);
const folders = process.argv.slice(2);
for (const folder of folders.length > 0 ? folders : [FIXTURES_DIR]) await printChanged(folder);
