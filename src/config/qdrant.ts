import { z } from "zod";
import { type Env, fromEnv, maskedSecret, maskedUrl, Milliseconds, secret } from "./env.ts";
import { Count } from "./numbers.ts";

const DEFAULT_PREFIX = "causeway-memory";
const DEFAULT_TIMEOUT_MS = 10_000;

const Address = z.url({ protocol: /^https?$/, error: "give an address such as http://host:6333" });

export const QdrantFile = z.strictObject({
  url: Address.optional(),
  apiKey: z.string().optional(),
  timeoutMs: Milliseconds.optional(),
  /** Two dashes separate the prefix from the rest of a name, so it holds single ones only. */
  prefix: z
    .string()
    .max(60)
    .regex(/^[A-Za-z0-9._]+(?:-[A-Za-z0-9._]+)*$/, "letters, digits, dots, underscores and single dashes")
    .optional(),
  shards: Count.optional(),
  replicas: Count.optional(),
  onDisk: z.boolean().optional(),
});

/**
 * `url`: without a port, its protocol's default port is used, not 6333. `prefix`: start of the collections' names.
 * `shards`, `replicas`: null leaves them to the server.
 */
export type QdrantConfig = {
  url: string;
  apiKey: string | null;
  timeoutMs: number;
  prefix: string;
  shards: number | null;
  replicas: number | null;
  onDisk: boolean;
};

/** `null`: the memory is a file in `CAUSEWAY_HOME`. @throws {IncidentError} CONFIG */
export function readQdrant(env: Env, file: z.infer<typeof QdrantFile> = {}): QdrantConfig | null {
  const url = fromEnv(env, "QDRANT_URL", Address) ?? file.url;
  const apiKey = secret(env, "QDRANT_API_KEY") ?? file.apiKey ?? null;
  if (url === undefined) return null;
  const {
    timeoutMs = DEFAULT_TIMEOUT_MS,
    prefix = DEFAULT_PREFIX,
    shards = null,
    replicas = null,
    onDisk = false,
  } = file;
  return { url, apiKey, timeoutMs, prefix, shards, replicas, onDisk };
}

export const maskQdrant = (qdrant: QdrantConfig): QdrantConfig => ({
  ...qdrant,
  apiKey: maskedSecret(qdrant.apiKey),
  url: maskedUrl(qdrant.url),
});
