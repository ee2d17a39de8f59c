import { z } from "zod";
import { type Env, fromEnv, maskedSecret, maskedUrl, Milliseconds, secret } from "./env.ts";

const DEFAULT_PREFIX = "causeway-memory";
const DEFAULT_TIMEOUT_MS = 10_000;

const Address = z.url({ protocol: /^https?$/, error: "a Qdrant is addressed as http://host:6333" });
const Count = z.coerce.number().int().positive();

export const QdrantFile = z.strictObject({
  url: Address.optional(),
  apiKey: z.string().optional(),
  timeoutMs: Milliseconds.optional(),
  /** Two dashes part it from what follows. */
  prefix: z
    .string()
    .max(60)
    .regex(/^[A-Za-z0-9._]+(?:-[A-Za-z0-9._]+)*$/, "letters, digits, dots, underscores and single dashes")
    .optional(),
  shards: Count.optional(),
  replicas: Count.optional(),
  onDisk: z.boolean().optional(),
});

/** `url` is taken as it stands: without a port that of its protocol. `prefix`: how names of collections begin. `shards`, `replicas`: null leaves them to the server. */
export type QdrantConfig = {
  url: string;
  apiKey: string | null;
  timeoutMs: number;
  prefix: string;
  shards: number | null;
  replicas: number | null;
  onDisk: boolean;
};

/** `null`: the memory lies in the home folder. @throws {IncidentError} CONFIG */
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
