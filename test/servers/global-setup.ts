import type { TestProject } from "vitest/node";
import { canRunQdrant, NO_QDRANT, startQdrant } from "./qdrant.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A real Qdrant that all tests of a run share, each under names of its own; or why there is none. */
    qdrant: { url: string } | { problem: string };
  }
}

/**
 * One server for the whole run. Tests that do not need it pass also where there is none; those that do fail and say
 * why.
 */
export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const url = process.env.CAUSEWAY_TEST_QDRANT_URL;
  if (url !== undefined && url !== "") {
    provide("qdrant", { url: url });
    return undefined;
  }
  if (!canRunQdrant) {
    provide("qdrant", { problem: NO_QDRANT });
    return undefined;
  }
  try {
    const server = await startQdrant();
    provide("qdrant", { url: server.url });
    return server.stop;
  } catch (error) {
    provide("qdrant", {
      problem: `the Qdrant of test/servers did not start: ${error instanceof Error ? error.message : String(error)}`,
    });
    return undefined;
  }
}
