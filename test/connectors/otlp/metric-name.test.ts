import { expect, it } from "vitest";
import { prometheusName } from "../../../src/connectors/otlp/metric-name.ts";

it.each([
  ["By", "sent_bytes"],
  ["By/s", "sent_bytes_per_second"],
  ["{request}", "sent"],
  ["constructor", "sent_constructor"],
  ["__proto__/toString", "sent_proto_per_toString"],
])("gives the unit %s of a sender its word: %s", (unit, name) => {
  expect(prometheusName({ name: "sent", unit, isCounter: false, isGauge: false })).toBe(name);
});
