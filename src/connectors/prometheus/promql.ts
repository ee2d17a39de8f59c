import type { LabelMatcher } from "../../domain/query.ts";

/** A string of PromQL, which takes the escapes of Go, as JSON does. */
const quoted = (text: string): string => JSON.stringify(text);
const IS_PLAIN = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const labelName = (name: string): string => (IS_PLAIN.test(name) ? name : quoted(name));

/** A regular expression of RE2 that fits exactly this text. */
export const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** Fits one of the values; `=` for a single one. `values`: n ≥ 1. */
export const oneOf = (label: string, values: readonly string[]): LabelMatcher => {
  const [only] = values;
  return values.length === 1 && only !== undefined
    ? { label, op: "=", value: only }
    : { label, op: "=~", value: values.map(literal).join("|") };
};

/** A selector of series. Every value is quoted, so text from alerts and labels stays text. */
export const selectorOf = (matchers: readonly LabelMatcher[]): string =>
  `{${matchers.map(({ label, op, value }) => `${labelName(label)}${op}${quoted(value)}`).join(",")}}`;

/** `sum by (a,b) (inner)`. */
export const aggregated = (operator: string, labels: readonly string[], inner: string): string =>
  `${operator} by (${labels.map(labelName).join(",")}) (${inner})`;

/** A duration of PromQL. */
export const duration = (ms: number): string => `${Math.max(1, Math.round(ms))}ms`;
