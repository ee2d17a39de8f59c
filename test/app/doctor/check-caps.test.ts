import { expect, it } from "vitest";
import { checkCaps } from "../../../src/app/doctor/check-caps.ts";
import { loadConfig } from "../../../src/config.ts";
import { NO_HOME } from "../../no-home.ts";

const URL = "http://host/v1";
const checked = async (env: Record<string, string>, price?: null) => {
  const { modelPlan, modelLimits } = loadConfig({ home: NO_HOME }, env);
  const models = modelPlan.models.map((model) => (price === null ? { ...model, price: undefined } : model));
  return Promise.all(checkCaps({ modelPlan: { ...modelPlan, models }, modelLimits }));
};
const MODEL = { OPENAI_BASE_URL: URL, OPENAI_MODEL: "m" };

it("shows the caps in force, and that a price is unknown", async () => {
  expect(await checked(MODEL)).toEqual([
    {
      name: "model caps",
      state: "ok",
      detail:
        "analysis: 100 calls, 300,000 tokens; incident: 1,000,000 tokens; day (UTC): 10,000,000 tokens; " +
        "price of m: unknown, so no cost is counted",
    },
  ]);
});

it("shows prices and caps in dollars, and warns if such a cap has a model without a price", async () => {
  const env = {
    ...MODEL,
    CAUSEWAY_MODEL_PRICE: "0.15, 0.60, 0.075",
    CAUSEWAY_MODEL_CAPS_DAY: "none tokens, 5 usd",
    CAUSEWAY_MODEL_CAPS_INCIDENT: "none tokens",
  };
  expect(await checked(env)).toMatchObject([
    {
      state: "ok",
      detail: expect.stringMatching(
        /incident: no cap; day \(UTC\): \$5; price of m for a million tokens: \$0\.15 in, \$0\.075 cached, \$0\.6 out$/,
      ),
    },
  ]);
  expect(await checked(env, null)).toMatchObject([{ state: "warning", detail: expect.stringMatching(/as free/) }]);
});

it("checks nothing without a model", async () => {
  expect(await checked({})).toEqual([]);
});
