import type { Config, ModelConfig } from "../../config.ts";
import { CAP_SCOPES, CAP_UNITS, type CapScope, type CapUnit, type ModelCaps } from "../../domain/model-store.ts";
import { type Check, check } from "./check.ts";

const SCOPES: Readonly<Record<CapScope, string>> = { analysis: "analysis", incident: "incident", day: "day (UTC)" };

/** The caps in force and the prices that they count by; nothing without a model. */
export const checkCaps = ({
  modelPlan: { models },
  modelLimits: { caps },
}: Pick<Config, "modelPlan" | "modelLimits">): Promise<Check>[] =>
  models.length === 0
    ? []
    : [
        check("model caps", async () => {
          const unpriced = models.filter(({ price }) => price === undefined);
          const countsDollars = CAP_SCOPES.some((scope) => caps[scope].usd !== null);
          const missing = countsDollars && unpriced.length > 0;
          return {
            state: missing ? "warning" : "ok",
            detail: [
              ...CAP_SCOPES.map((scope) => `${SCOPES[scope]}: ${capText(caps[scope])}`),
              ...models.map(priceText),
              ...(missing ? ["a cap in dollars counts a model without a price as free; set model.price"] : []),
            ].join("; "),
          };
        }),
      ];

function capText(cap: ModelCaps[CapScope]): string {
  const parts = CAP_UNITS.flatMap((unit) => {
    const limit = cap[unit];
    return limit === null ? [] : [amountText(unit, limit)];
  });
  return parts.length === 0 ? "no cap" : parts.join(", ");
}

const amountText = (unit: CapUnit, limit: number): string =>
  unit === "usd" ? `$${limit}` : `${limit.toLocaleString("en")} ${unit}`;

const priceText = ({ name, price }: ModelConfig): string =>
  price === undefined
    ? `price of ${name}: unknown, so no cost is counted`
    : `price of ${name} for a million tokens: $${price.input} in, $${price.cachedInput} cached, $${price.output} out`;
