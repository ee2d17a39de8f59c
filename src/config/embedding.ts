import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Env, fromEnv, maskedSecret, maskedUrl, Milliseconds, secret, set } from "./env.ts";
import type { ModelConfig } from "./model.ts";
import { NO_NUMBER, numberOf } from "./numbers.ts";
import { WebUrl } from "./web-url.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
const Dimension = numberOf(z.number(NO_NUMBER).int().min(2).max(65_536));

export const EmbeddingFile = z.strictObject({
  model: z.string().min(1).optional(),
  dimension: Dimension.optional(),
  version: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,40}$/, "letters, digits, dots, underscores and dashes")
    .optional(),
  baseUrl: WebUrl.optional(),
  apiKey: z.string().optional(),
  timeoutMs: Milliseconds.optional(),
});

/**
 * `version`: raised by hand when the model's weights change but its name does not. Vectors of two versions are never
 * compared.
 */
export type EmbeddingConfig = {
  model: string;
  version: string;
  dimension: number;
  baseUrl: string;
  apiKey: string | null;
  timeoutMs: number;
};

/** As OpenAI documents them. */
const KNOWN_DIMENSION: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
};

/**
 * `null`: embed offline. Only a named embedding model is used: a configured chat model does not mean that the memory's
 * texts may go to its server.
 *
 * @param model gives the server and its key unless the file names others.
 * @throws {IncidentError} CONFIG when a model is named but its server or dimension is unknown.
 */
export function readEmbedding(
  env: Env,
  file: z.infer<typeof EmbeddingFile> = {},
  model: ModelConfig | null = null,
): EmbeddingConfig | null {
  const name = set(env.OPENAI_EMBEDDING_MODEL) ?? file.model;
  if (name === undefined) return null;
  const baseUrl = file.baseUrl ?? model?.baseUrl;
  if (baseUrl === undefined)
    throw new IncidentError("CONFIG", `OPENAI_EMBEDDING_MODEL is ${name}, but no server is configured`, {
      hint: "Set OPENAI_API_KEY or OPENAI_BASE_URL, or embedding.baseUrl in config.yaml.",
    });
  const dimension = fromEnv(env, "OPENAI_EMBEDDING_DIMENSION", Dimension) ?? file.dimension ?? KNOWN_DIMENSION[name];
  if (dimension === undefined)
    throw new IncidentError("CONFIG", `the vector length of the embedding model ${name} is unknown`, {
      hint: "Set OPENAI_EMBEDDING_DIMENSION, or embedding.dimension in config.yaml, to the documented length.",
    });
  return {
    model: name,
    version: file.version ?? "1",
    dimension,
    baseUrl,
    // the key is sent only to the server it belongs to
    apiKey:
      file.apiKey ?? (file.baseUrl === undefined ? (secret(env, "OPENAI_API_KEY") ?? model?.apiKey ?? null) : null),
    timeoutMs: file.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
}

export const maskEmbedding = (embedding: EmbeddingConfig): EmbeddingConfig => ({
  ...embedding,
  apiKey: maskedSecret(embedding.apiKey),
  baseUrl: maskedUrl(embedding.baseUrl),
});
