import { OpenAIEmbeddings } from "@langchain/openai";
import { IncidentError } from "../../domain/errors.ts";
import type { Embedder } from "../../domain/memory.ts";
import type { ProxySettings } from "../http/proxy.ts";
import { failureOf } from "./failure.ts";
import { modelFetch } from "./model-fetch.ts";

export type EmbedderOptions = {
  model: string;
  version: string;
  dimension: number;
  apiKey: string | null;
  baseUrl: string;
  timeoutMs: number;
  proxy?: ProxySettings | null | undefined;
};

/** The SDK requires a key. Without one it reads OPENAI_API_KEY, which may belong to another server. */
const NO_KEY = "none";
/** Texts in one request; self-hosted servers time out early. */
const BATCH = 64;

/**
 * Embeds through any OpenAI-compatible API. It never retries; the graph does.
 *
 * @throws {IncidentError} from `embed`: UNAVAILABLE, REJECTED or BAD_RESPONSE as for a chat model; BAD_RESPONSE also
 *   when a vector does not have the configured length.
 */
export function openAiEmbedder({
  model,
  version,
  dimension,
  apiKey,
  baseUrl,
  timeoutMs,
  proxy,
}: EmbedderOptions): Embedder {
  const server = {
    name: new URL(baseUrl).origin,
    model,
    apiKey: apiKey ?? undefined,
    timeoutMs,
    api: "embeddings" as const,
  };
  const embeddings = new OpenAIEmbeddings({
    model,
    apiKey: apiKey ?? NO_KEY,
    maxRetries: 0,
    timeout: timeoutMs,
    batchSize: BATCH,
    stripNewLines: false,
    encodingFormat: "float",
    configuration: {
      baseURL: baseUrl,
      organization: null,
      project: null,
      logLevel: "off",
      fetch: modelFetch({ baseUrl, timeoutMs, proxy }),
    },
  });
  return {
    model: { name: model, version, dimension },
    async embed(texts, signal) {
      signal?.throwIfAborted();
      if (texts.length === 0) return [];
      // the API refuses an empty text; its vector is zero
      const nonEmpty = texts.filter((text) => text.trim() !== "");
      const vectors = await embeddings.embedDocuments(nonEmpty).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw failureOf(error, server, null);
      });
      const bad =
        vectors.length !== nonEmpty.length ||
        vectors.some(
          (vector) => !Array.isArray(vector) || vector.length !== dimension || !vector.every(Number.isFinite),
        );
      if (bad) {
        const got = [...new Set(vectors.map((vector) => (Array.isArray(vector) ? vector.length : "no")))].join(", ");
        throw new IncidentError(
          "BAD_RESPONSE",
          `the model ${model} at ${server.name} returned ${vectors.length} vectors of ${got} numbers for ` +
            `${nonEmpty.length} texts; expected vectors of ${dimension}`,
          { hint: "Set OPENAI_EMBEDDING_DIMENSION to the model's vector length." },
        );
      }
      const next = vectors[Symbol.iterator]();
      return texts.map((text) =>
        text.trim() === "" ? new Float32Array(dimension) : Float32Array.from(next.next().value ?? []),
      );
    },
  };
}
