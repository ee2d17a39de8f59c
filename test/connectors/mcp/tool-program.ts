import { createInterface } from "node:readline";
import { answer, type Message } from "./tool-server.ts";

/** Writes as fast as the reader takes it, until the reader has gone. */
const flood = (chunk: string): void => {
  const more = (): void => {
    while (process.stdout.write(chunk));
    process.stdout.once("drain", more);
  };
  more();
};
process.stdout.on("error", () => process.exit());
const state = { lists: 0 };
createInterface({ input: process.stdin }).on("line", (line) => {
  answer(
    JSON.parse(line) as Message,
    state,
    (text) => void process.stdout.write(`${text}\n`),
    flood,
    () => process.exit(1),
  );
});
