import { expect, it } from "vitest";
import type { Report } from "../../src/domain/report.ts";
import { investigationLines } from "../../src/render/model-investigation.ts";

const lines = (failure: string | null, model: string | null = "small"): string[] =>
  investigationLines(
    {
      investigation: {
        model,
        because: "the ranking reached no conclusion",
        stopped_by: "failed",
        failure,
        steps: [],
        found_ids: [],
        readings: [],
        conclusion: null,
      },
    } as unknown as Report,
    false,
  ).map(({ text }) => text);

it("says why a model looked further, and what stopped it, without the hint that stands under “Not checked”", () => {
  expect(lines("the model small refused the key (HTTP 401) (Check models.small.apiKey.)")).toEqual([
    "small looked further, because the ranking reached no conclusion.",
    "No new evidence was found.",
    "It stopped early: the model small refused the key (HTTP 401).",
  ]);
  expect(lines("the model could not be reached: Connection error. (Check the address.)").at(-1)).toBe(
    "It stopped early: the model could not be reached: Connection error.",
  );
  expect(lines("the server is down", null)[0]).toMatch(/^A model was called to look further, because/);
  expect(lines(null)).toHaveLength(2);
});
