import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Env, fromEnv, maskedSecret, maskedUrl, Milliseconds, secret, set } from "./env.ts";
import type { ModelConfig } from "./model.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
const Dimension = z.coerce.number().int().min(2).max(65_536);

export const EmbeddingFile = z.strictObject({
  model: z.string().min(1).optional(),
  dimension: Dimension.optional(),
  version: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,40}$/, "letters, digits, dots, underscores and dashes")
    .optional(),
  baseUrl: z.url().optional(),
  apiKey: z.string().optional(),
  timeoutMs: Milliseconds.optional(),
});

/** `version`: of the model, where its name stays when its weights change: vectors of two versions never meet. */
export type EmbeddingConfig = {
  model: string;
  version: string;
  dimension: number;
  baseUrl: string;
  apiKey: string | null;
  timeoutMs: number;
};

/** What their vendor documents. */
const KNOWN_DIMENSION: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
};

/**
 * `null`: embed offline. A model is used only where one is named: that a chat model is configured does not mean that what is remembered may go to its server.
 *
 * @param model where the server and its key are taken from, unless they are given.
 * @throws {IncidentError} CONFIG where a model is named and its server or dimension is not known.
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
    throw new IncidentError("CONFIG", `the embedding model ${name} is named, but no server`, {
      hint: "Set OPENAI_API_KEY or OPENAI_BASE_URL, or embedding.baseUrl in config.yaml.",
    });
  const dimension = fromEnv(env, "OPENAI_EMBEDDING_DIMENSION", Dimension) ?? file.dimension ?? KNOWN_DIMENSION[name];
  if (dimension === undefined)
    throw new IncidentError("CONFIG", `how long the vectors of ${name} are is not known`, {
      hint: "Set OPENAI_EMBEDDING_DIMENSION, or embedding.dimension in config.yaml, to what its makers say.",
    });
  return {
    model: name,
    version: file.version ?? "1",
    dimension,
    baseUrl,
    // a key goes only to the server that it is for
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
