import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { phrasesNow } from "./phrases-now.ts";
import { vocabularyNow } from "./vocabulary-now.ts";

// Writes the words that a model may be shown, and the phrases in which it may see their order:
// `node test/llm/quoting/write-vocabulary.ts`. Run it twice if the words change: the phrases are read with them.
const dir = join(import.meta.dirname, "../../../src/llm/quoting");
const write = (name: string, data: unknown): void =>
  writeFileSync(join(dir, name), `${JSON.stringify(data, null, 2)}\n`);
write("vocabulary.json", vocabularyNow());
write("phrases.json", phrasesNow());
