import { parser } from "@prometheus-io/lezer-promql";
import type { SyntaxNode, Tree } from "@lezer/common";
import type { LabelMatcher } from "../../domain/query.ts";

/** A longer expression is not read: nobody writes such a rule. */
const MAX_LENGTH = 20_000;
const MAX_SELECTORS = 50;
const OPERATORS = new Set<string>(["=", "!=", "=~", "!~"]);

/**
 * The selectors of a PromQL expression, the metric's name as a matcher of `__name__`. The expression comes from an
 * alert and is untrusted: only names, operators and values are taken from it, and it is never sent.
 *
 * @returns none for text that is not PromQL.
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/
 */
export function selectorsOf(expression: string): LabelMatcher[][] {
  if (expression.length > MAX_LENGTH) return [];
  const tree: Tree = parser.parse(expression);
  const selectors: LabelMatcher[][] = [];
  tree.iterate({
    enter({ name, node }) {
      if (name !== "VectorSelector") return;
      const matchers = matchersOf(node, expression);
      if (matchers !== null && matchers.length > 0 && selectors.length < MAX_SELECTORS) selectors.push(matchers);
    },
  });
  return selectors;
}

/** Null if the selector has an error: half of a selector selects something else. */
function matchersOf(selector: SyntaxNode, text: string): LabelMatcher[] | null {
  const matchers: LabelMatcher[] = [];
  const cursor = selector.cursor();
  do {
    if (cursor.from >= selector.to && cursor.name !== selector.name) break;
    if (cursor.type.isError) return null;
    const { node } = cursor;
    const own = text.slice(node.from, node.to);
    if (node.name === "Identifier") matchers.push({ label: "__name__", op: "=", value: own });
    if (node.name === "QuotedLabelName" && node.parent?.name === "LabelMatchers")
      matchers.push({ label: "__name__", op: "=", value: unquoted(own) });
    if (node.name === "UnquotedLabelMatcher" || node.name === "QuotedLabelMatcher") {
      const matcher = matcherOf(node, text);
      if (matcher === null) return null;
      matchers.push(matcher);
    }
  } while (cursor.next());
  return matchers;
}

function matcherOf(node: SyntaxNode, text: string): LabelMatcher | null {
  const part = (name: string): string | null => {
    const child = node.getChild(name);
    return child === null ? null : text.slice(child.from, child.to);
  };
  const quotedName = part("QuotedLabelName");
  const label = quotedName === null ? part("LabelName") : unquoted(quotedName);
  const [op, value] = [part("MatchOp"), part("StringLiteral")];
  return label !== null && label !== "" && op !== null && isOperator(op) && value !== null
    ? { label, op, value: unquoted(value) }
    : null;
}

const isOperator = (op: string): op is LabelMatcher["op"] => OPERATORS.has(op);

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The text of a string literal: backticks take no escapes, quotes take those of Go. */
function unquoted(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith("`")) return inner;
  return inner.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs,
    (_, hex2?: string, hex4?: string, hex8?: string, octal?: string, other = "") => {
      const code = hex2 ?? hex4 ?? hex8;
      if (code !== undefined) return codePoint(Number.parseInt(code, 16));
      if (octal !== undefined) return codePoint(Number.parseInt(octal, 8));
      return ESCAPES[other] ?? other;
    },
  );
}

const codePoint = (code: number): string => (code <= 0x10_ff_ff ? String.fromCodePoint(code) : "\ufffd");
