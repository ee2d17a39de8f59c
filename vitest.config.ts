import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** Only a hang takes this long, however busy the machine. Tests wait for events and set no shorter deadline. */
const HANG_MS = 600_000;

/** Stories of several processes: killed workers, restarted servers, the lab shop. They are slow, and run last. */
const STORIES = [
  "test/bin/*.test.ts",
  "test/connectors/qdrant/crash.test.ts",
  "test/lab/run/shop.test.ts",
  "test/live-lab/live-lab.test.ts",
  "test/live-shop/live-shop.test.ts",
  "test/mcp/inspector.test.ts",
  "test/service/killed.test.ts",
];

export default defineConfig({
  resolve: {
    // threads that tests start run the build: each would load and strip 700 files otherwise
    alias: [
      { find: /^\.{1,2}\/.*worker-entry\.ts$/, replacement: join(import.meta.dirname, "test/bin/built-worker.ts") },
    ],
  },
  test: {
    testTimeout: HANG_MS,
    hookTimeout: HANG_MS,
    teardownTimeout: HANG_MS,
    expect: { poll: { timeout: HANG_MS, interval: 20 } },
    globalSetup: ["test/bin/start.ts", "test/servers/global-setup.ts", "test/postgres/start.ts"],
    maxWorkers: availableParallelism() + 1, // one more than cores: tests wait for programs that they start
    isolate: false, // no module keeps state, so files can share what they load: loading was a fifth of the work
    env: {
      NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/causeway"), // for threads and child processes
    },
    projects: [
      {
        extends: true,
        test: { name: "parts", include: ["test/**/*.test.ts"], exclude: [...STORIES, "**/node_modules/**"] },
      },
      { extends: true, test: { name: "stories", include: STORIES, sequence: { groupOrder: 1 } } },
    ],
  },
});
