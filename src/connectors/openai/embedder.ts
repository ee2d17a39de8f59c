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

/** The SDK insists on a key, and takes one from the environment if it is given none: that one may belong elsewhere. */
const NO_KEY = "none";
/** Texts of one request: servers of one's own have short patience. */
const BATCH = 64;

/**
 * Embeds behind any OpenAI-compatible API. It retries nothing: the graph does.
 *
 * @throws {IncidentError} from `embed`: UNAVAILABLE, REJECTED or BAD_RESPONSE as for a chat model; BAD_RESPONSE too where a vector has another length than the configured one.
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
      // an empty text is refused by the API, and is like nothing
      const told = texts.filter((text) => text.trim() !== "");
      const vectors = await embeddings.embedDocuments(told).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw failureOf(error, server, false);
      });
      const bad =
        vectors.length !== told.length ||
        vectors.some(
          (vector) => !Array.isArray(vector) || vector.length !== dimension || !vector.every(Number.isFinite),
        );
      if (bad) {
        const got = [...new Set(vectors.map((vector) => (Array.isArray(vector) ? vector.length : "no")))].join(", ");
        throw new IncidentError(
          "BAD_RESPONSE",
          `the model ${model} at ${server.name} gave ${vectors.length} vectors of ${got} numbers for ${told.length} texts, not of ${dimension}`,
          { hint: "Set OPENAI_EMBEDDING_DIMENSION to what the model gives." },
        );
      }
      const next = vectors[Symbol.iterator]();
      return texts.map((text) =>
        text.trim() === "" ? new Float32Array(dimension) : Float32Array.from(next.next().value ?? []),
      );
    },
  };
}
