// One thread of `logs mine`: asked for stretches of files, one at a time; answers with what it mined there.
import { parentPort } from "node:worker_threads";
import { mineShard } from "../logs/templates/mine.ts";
import type { MineAnswer, MineTask } from "./mine-files.ts";
import { openStretch } from "./open-log.ts";

parentPort?.on("message", ({ stretch, assign, settings }: MineTask) => {
  const problems: MineAnswer["problems"] = [];
  mineShard(openStretch(stretch, { onProblem: (problem) => problems.push(problem) }), { assign, settings }).then(
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origins; a window's has
    (shard) =>
      parentPort?.postMessage(
        { shard, problems } satisfies MineAnswer,
        shard.ids === null ? [] : [shard.ids.buffer as ArrayBuffer],
      ),
    (error: unknown) => {
      throw error; // ends the thread: whoever asked hears of it
    },
  );
});
