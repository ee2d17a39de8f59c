import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { vocabularyNow } from "./vocabulary-now.ts";

// Writes the words that a model may be shown: `node test/llm/quoting/write-vocabulary.ts`.
writeFileSync(
  join(import.meta.dirname, "../../../src/llm/quoting/vocabulary.json"),
  `${JSON.stringify(vocabularyNow(), null, 2)}\n`,
);
