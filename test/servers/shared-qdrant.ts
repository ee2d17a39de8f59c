import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import type { QdrantOptions } from "../../src/connectors/qdrant/memory-store.ts";
import { HANG_MS } from "../hang.ts";

/** The run's Qdrant, under a prefix that no other test has. @throws where there is none: never skipped. */
export function sharedQdrant(): QdrantOptions {
  const qdrant = inject("qdrant");
  if ("problem" in qdrant) throw new Error(qdrant.problem);
  return {
    url: qdrant.url,
    apiKey: null,
    timeoutMs: HANG_MS,
    prefix: `test-${randomBytes(6).toString("hex")}`,
    shards: null,
    replicas: null,
    onDisk: false,
  };
}
