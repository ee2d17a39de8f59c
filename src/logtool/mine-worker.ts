// A worker of `logs mine`: receives parts of files, one at a time, and returns what it mined in each.
import { parentPort } from "node:worker_threads";
import { mineShard } from "../logs/templates/mine.ts";
import type { MineAnswer, MineTask } from "./mine-files.ts";
import { openStretch } from "./open-log.ts";

parentPort?.on("message", ({ stretch, assign, settings }: MineTask) => {
  const problems: MineAnswer["problems"] = [];
  mineShard(openStretch(stretch, { onProblem: (problem) => problems.push(problem) }), { assign, settings }).then(
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
    (shard) =>
      parentPort?.postMessage(
        { shard, problems } satisfies MineAnswer,
        shard.ids === null ? [] : [shard.ids.buffer as ArrayBuffer],
      ),
    (error: unknown) => {
      throw error; // ends the worker, and reaches the main thread as its `error` event
    },
  );
});
