// The entry point of a worker thread of `logs mine`: it mines one stretch of a file at a time.
import { parentPort } from "node:worker_threads";
import { logFiles } from "../connectors/files/log-files.ts";
import { mineStretch, type MineTask } from "../logtool/mine-stretch.ts";

parentPort?.on("message", (task: MineTask) => {
  mineStretch(logFiles, task).then(
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
    (answer) =>
      parentPort?.postMessage(answer, answer.shard.ids === null ? [] : [answer.shard.ids.buffer as ArrayBuffer]),
    (error: unknown) => {
      throw error; // ends this thread, and the caller gets the error
    },
  );
});
