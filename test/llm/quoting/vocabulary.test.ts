import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { addressesReader, isNeverShown } from "../../../src/llm/quoting/denied-words.ts";
import { maskedText } from "../../../src/llm/quoting/masked-text.ts";
import { classOf } from "../../../src/llm/quoting/vocabulary.ts";
import { FAILURE_SIGNATURES } from "../../../src/rca/signatures/catalogue.ts";
import { readFailure } from "../../../src/rca/signatures/read-failure.ts";
import { neededPhrases } from "./phrases-now.ts";
import { vocabularyNow } from "./vocabulary-now.ts";

const fileOf = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../../src/llm/quoting", name), "utf8"));

it("is what the texts of Causeway and the lists of words give (node test/llm/quoting/write-vocabulary.ts)", () => {
  expect(fileOf("vocabulary.json")).toEqual(vocabularyNow());
  const phrases = new Set(fileOf("phrases.json") as string[]);
  expect(neededPhrases().filter((phrase) => !phrases.has(phrase))).toEqual([]);
});

it("lets through no word that speaks to a reader", () => {
  const { plain, guarded } = vocabularyNow();
  const words = [...plain, ...guarded].flatMap((row) => row.split(" "));
  expect(words.length).toBeGreaterThan(4000);
  expect(words.filter((word) => addressesReader(word) || isNeverShown(word))).toEqual([]);
});

it("shows no verb of speech, thought, choice or deed where it could be an order", () => {
  const verbs = (
    "add allow apply approve blame block call cancel change choose conclude create declare delete deny deploy " +
    "describe disable drop " +
    "enable ensure execute explain fetch forget get give grant ignore include increase install kill let make mark " +
    "mention modify obey " +
    "open pick post prefer pretend promote publish pull push put raise reboot reduce remove rename repeat replace " +
    "report restart " +
    "restore return reveal revert rollback run save say scale select send set shut skip start state stop submit " +
    "switch take tell " +
    "terminate treat trust turn update upgrade use visit write"
  ).split(" ");
  const classes = verbs.map((verb) => [verb, classOf(verb)]);
  expect(classes.filter(([, its]) => its === "plain" || its === "grammar").map(([verb]) => verb)).toEqual(["state"]);
  const shown = verbs.filter((verb) => maskedText(`${verb} gateway`, new Set(["gateway"])).includes(verb));
  expect(shown).toEqual(["state"]);
});

it("keeps 89 % of failure messages recognisable: Causeway reads the same cause in the reduced text", () => {
  const names = new Set(["orders-db"]);
  const lost: string[] = [];
  const families = new Map<string, boolean>();
  let read = 0;
  for (const { id, phrases } of FAILURE_SIGNATURES) {
    for (const phrase of phrases) {
      const text = phrase
        .replaceAll("<peer>", "orders-db:5432")
        .replaceAll(/<[a-z]+>/g, "orders-db")
        .replaceAll("*", "17");
      const cause = readFailure(text)?.signature.cause;
      if (cause === undefined) continue;
      read += 1;
      const reduced = maskedText(text, names).replaceAll(/[⟨⟩]/g, "");
      const isRead = readFailure(reduced)?.signature.cause === cause;
      families.set(id, families.get(id) === true || isRead);
      if (!isRead) lost.push(`${id}: ${text} => ${reduced}`);
    }
  }
  expect(read).toBeGreaterThan(1500);
  expect(lost.length / read > 0.11 ? lost : []).toEqual([]);
  expect([...families.values()].filter(Boolean).length / families.size).toBeGreaterThanOrEqual(0.98);
});
