import { basename } from "node:path";
import { expect, it } from "vitest";
import { nodesOf, readSource, sourceFiles } from "./source-trees.ts";

/**
 * Words that no identifier holds, because the glossary has the field's own word for each thing (docs/glossary.md).
 * Each is compared with the words of an identifier: `toldMs`, `wasTold` and `TOLD` all hold "told".
 */
const BANNED = new Set(
  (
    "told untold asked unasked said heard unheard telling tellings workshop machine desk room rooms neighbourhood " +
    "asker askers analyst analysts watched temper loudness standing episode episodes"
  ).split(" "),
);
/** Longer names that were each one thing. */
const BANNED_NAMES = /^(look|Look|lookAt|LookStore|looks|sameMake|isOfSameMake|strayClock|Bodies|getBody|putBody)$/;
/**
 * Keys of stored data that older versions wrote: predictions, snapshots of the log miner, columns before their
 * migration.
 */
const STORED_KEYS = new Set(["standing", "looks", "said_by", "told_at_ms"]);

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);

const isBanned = (name: string): boolean =>
  !STORED_KEYS.has(name) && (BANNED_NAMES.test(name) || wordsOf(name).some((word) => BANNED.has(word)));

const files = [...sourceFiles("src"), ...sourceFiles("test")];

it("uses the glossary's words in identifiers and file names", () => {
  const found = files.flatMap((file) => {
    const names = new Set<string>();
    for (const { type, name } of nodesOf(file))
      if (type === "Identifier" && typeof name === "string" && isBanned(name)) names.add(name);
    if (isBanned(basename(file, ".ts").replaceAll("-", "_"))) names.add(`(the file's name)`);
    return [...names].map((name) => `${file}: ${name}`);
  });
  expect(found).toEqual([]);
});

it("lets no exported type name stand for two things", () => {
  const declared = new Map<string, string[]>();
  for (const file of sourceFiles("src"))
    for (const [, name = ""] of readSource(file).matchAll(/^export (?:declare )?(?:type|interface|class) ([A-Z]\w*)/gm))
      declared.set(name, [...(declared.get(name) ?? []), file]);
  expect([...declared].filter(([, places]) => places.length > 1)).toEqual([]);
});

it("keeps lines within 160 columns, and all but one in 200 within 120", () => {
  const lines = files.flatMap((file) =>
    readSource(file)
      .split("\n")
      .map((text, index) => ({ at: `${file}:${index + 1}`, width: [...text].length })),
  );
  expect(lines.filter(({ width }) => width > 160).map(({ at }) => at)).toEqual([]);
  const wide = lines.filter(({ width }) => width > 120);
  expect(wide.length / lines.length).toBeLessThan(0.005);
});
