import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { POST_MORTEMS } from "./post-mortems.ts";

const lines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

/** Writes the post-mortems as a suite, with the answers beside it. An earlier incident of the same family is right. */
export async function writeRecallSuite(dir: string): Promise<void> {
  await mkdir(join(dir, "corpus"), { recursive: true });
  for (const { id, text } of POST_MORTEMS) await writeFile(join(dir, "corpus", `${id}.md`), text);
  await writeFile(join(dir, "incidents.jsonl"), lines(POST_MORTEMS.map(({ id, at, title }) => ({ id, at, title }))));
  await writeFile(
    join(dir, "queries.jsonl"),
    lines(POST_MORTEMS.map(({ id, at, text, symptoms }) => ({ id, at, account: text, symptoms }))),
  );
  const answers = POST_MORTEMS.map(({ id, at, family }) => {
    const earlier = POST_MORTEMS.filter((one) => one.at < at);
    return {
      id,
      pages: earlier.filter((one) => family !== null && one.family === family).map((one) => one.id),
      earlier: earlier.map((one) => one.id),
    };
  });
  await writeFile(join(dir, "answers.jsonl"), lines(answers));
}
