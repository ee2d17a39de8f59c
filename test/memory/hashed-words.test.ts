import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { hashedWords } from "../../src/memory/hashed-words.ts";

const vectorOf = async (text: string): Promise<Float32Array> => {
  const [vector] = await hashedWords.embed([text]);
  if (vector === undefined) throw new Error("no vector");
  return vector;
};
const cosine = async (a: string, b: string): Promise<number> => {
  const [one, other] = await Promise.all([vectorOf(a), vectorOf(b)]);
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
};

it("gives vectors of the model's dimension and of length 1", async () => {
  const vector = await vectorOf("connection pool exhausted");
  expect(vector).toHaveLength(hashedWords.model.dimension);
  expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
});

it("scores a text highest with itself, then with one that shares words, then with others", async () => {
  const text = "connection pool exhausted waiting";
  expect(await cosine(text, text.toUpperCase())).toBeCloseTo(1, 5);
  expect(await cosine(text, "pool of connections exhausted")).toBeGreaterThan(0.2);
  expect(Math.abs(await cosine(text, "certificate expired yesterday"))).toBeLessThan(0.2);
});

it("distinguishes the order of words", async () => {
  expect(await cosine("cpu up memory down", "cpu up memory down")).toBeGreaterThan(
    await cosine("cpu up memory down", "memory up cpu down"),
  );
});

it("gives the zero vector for a text without words", async () => {
  expect((await vectorOf(" – … ")).every((value) => value === 0)).toBe(true);
});

it("gives the recorded vectors of version 1: a change needs a new version", async () => {
  const vector = await vectorOf("orders cart_0 latency_up timeout waiting connection pool größe 錯誤");
  const bytes = Buffer.from(vector.map((value) => Math.round(value * 1e4)).join(","));
  expect({ version: hashedWords.model.version, sha256: createHash("sha256").update(bytes).digest("hex").slice(0, 16) })
    .toMatchInlineSnapshot(`
    {
      "sha256": "0612ff36e3d21d62",
      "version": "1",
    }
  `);
});
