import { defineConfig } from "vitest/config";

export default defineConfig({
  // tests start real processes and wait for them: every core is of use
  test: { include: ["test/**/*.test.ts"], testTimeout: 60_000, maxWorkers: "100%", globalSetup: ["test/servers/global-setup.ts", "test/postgres/start.ts"] },
});
