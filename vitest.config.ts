import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/servers/global-setup.ts", "test/postgres/start.ts"],
    testTimeout: 60_000,
    maxWorkers: availableParallelism() + 1, // one more than cores: tests wait for programs that they start, and for holds to lapse
    isolate: false, // no module keeps state, so files can share what they load: loading it for each was a fifth of the work
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/causeway") }, // of threads and programs that tests start
  },
});
