import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/servers/global-setup.ts", "test/postgres/start.ts"],
    testTimeout: 60_000,
    maxWorkers: "100%", // tests start real processes and wait for them: every core is of use
    isolate: false, // no module keeps state, so files can share what they load: loading it for each was a fifth of the work
  },
});
