import { expect, it } from "vitest";
import { selectorsOf } from "../../../src/connectors/prometheus/expression.ts";
import { literal, selectorOf } from "../../../src/connectors/prometheus/promql.ts";

const textsOf = (expression: string): string[] => selectorsOf(expression).map(selectorOf);

it.each([
  ["up == 0", ['{__name__="up"}']],
  [
    'sum by (service) (rate(http_requests_total{job="shop",code=~"5.."}[5m])) / ignoring(x) sum(rate(all{a!="b"}[5m] offset 1h)) > 0.05',
    ['{__name__="http_requests_total",job="shop",code=~"5.."}', '{__name__="all",a!="b"}'],
  ],
  ["job:slo_errors:ratio5m{team='a\\'b'} > 1", [`{__name__="job:slo_errors:ratio5m",team="a'b"}`]],
  ['{"http.server.duration","net.peer"=`x"\\y`}', ['{__name__="http.server.duration","net.peer"="x\\"\\\\y"}']],
  ["absent(up{job!~`a|b`})", ['{__name__="up",job!~"a|b"}']],
])("takes the selectors of %s", (expression, selectors) => {
  expect(textsOf(expression)).toEqual(selectors);
});

it.each(["", "drop table users", "{}", "up{", 'up{a="b" or c="d"}', "x".repeat(30_000)])(
  "takes nothing of what is no selector: %.30s",
  (expression) => {
    const half = textsOf(expression).filter((text) => text.includes("=") && !text.startsWith('{__name__="'));
    expect(half).toEqual([]);
  },
);

it("keeps text from alerts text, whatever it holds", () => {
  const value = '"} or vector(1) # \\ \n';
  const selector = selectorOf([{ label: "job", op: "=", value }]);
  expect(selectorsOf(selector)).toEqual([[{ label: "job", op: "=", value }]]);
  expect(new RegExp(`^(?:${literal("a.b*(c)|[d]{2}^$\\")})$`).test("a.b*(c)|[d]{2}^$\\")).toBe(true);
});
