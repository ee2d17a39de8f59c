import type { Problem } from "../domain/ports.ts";
import { mineShard, type MineSettings, type Shard } from "../logs/templates/mine.ts";
import type { LogFiles } from "./log-files.ts";
import { openStretch, type Stretch } from "./stretches.ts";

/** `assign`: keep the template id of every line, 4 bytes each. */
export type MineTask = { stretch: Stretch; assign: boolean; settings?: MineSettings | undefined };
export type MineAnswer = { shard: Shard; problems: Problem[] };

/** Mines one stretch of a file. */
export async function mineStretch(
  files: Pick<LogFiles, "open">,
  { stretch, assign, settings }: MineTask,
  signal?: AbortSignal,
): Promise<MineAnswer> {
  const problems: Problem[] = [];
  const chunks = openStretch(files, stretch, { signal, onProblem: (problem) => problems.push(problem) });
  return { shard: await mineShard(chunks, { assign, settings, signal }), problems };
}
