import { describe, expect, it } from "vitest";
import { maskEmbedding, readEmbedding } from "../../src/config/embedding.ts";
import { readModel } from "../../src/config/model.ts";

const KEY = "k-secret";
const read = (env: Record<string, string>, file = {}) => readEmbedding(env, file, readModel(env, undefined));

describe("the embedding model", () => {
  it("is off unless named, even with a chat model configured", () => {
    expect(read({ OPENAI_API_KEY: KEY })).toBeNull();
    expect(read({})).toBeNull();
  });

  it("uses the chat model's server and key unless others are given", () => {
    const env = {
      OPENAI_API_KEY: KEY,
      OPENAI_BASE_URL: "http://models:8000/v1",
      OPENAI_EMBEDDING_MODEL: "text-embedding-3-small",
    };
    expect(read(env)).toMatchObject({
      model: "text-embedding-3-small",
      dimension: 1536,
      baseUrl: "http://models:8000/v1",
      apiKey: KEY,
    });
    expect(read(env, { baseUrl: "http://vectors:9000/v1" })).toMatchObject({
      baseUrl: "http://vectors:9000/v1",
      apiKey: null,
    });
  });

  it("needs a dimension for an unknown model", () => {
    const env = { OPENAI_API_KEY: KEY, OPENAI_EMBEDDING_MODEL: "nomic-embed" };
    expect(() => read(env)).toThrow(
      expect.objectContaining({ code: "CONFIG", hint: expect.stringContaining("OPENAI_EMBEDDING_DIMENSION") }),
    );
    expect(read({ ...env, OPENAI_EMBEDDING_DIMENSION: "768" })?.dimension).toBe(768);
    expect(() => read({ ...env, OPENAI_EMBEDDING_DIMENSION: "many" })).toThrow(
      expect.objectContaining({ code: "CONFIG" }),
    );
  });

  it("needs a server", () => {
    expect(() => read({ OPENAI_EMBEDDING_MODEL: "text-embedding-3-small" })).toThrow(
      expect.objectContaining({ code: "CONFIG", message: expect.stringContaining("no server") }),
    );
  });

  it("never shows its key", () => {
    const embedding = read({
      OPENAI_API_KEY: KEY,
      OPENAI_BASE_URL: "https://user:pass@models/v1?k=1",
      OPENAI_EMBEDDING_MODEL: "text-embedding-3-small",
    });
    if (embedding === null) throw new Error("none");
    expect(JSON.stringify(maskEmbedding(embedding))).not.toMatch(/k-secret|pass|k=1/);
  });
});
