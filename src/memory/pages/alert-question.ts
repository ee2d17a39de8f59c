import { bareName, pageWords } from "./page-words.ts";

/** An alert as a rule or a delivery holds it. `expr`: the rule's expression; empty if it is not known. */
export type AlertText = {
  name: string | null;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  expr: string;
};

/**
 * The words of an alert by which its page is found. `nameWords`, `titleWords`, `descriptionWords`, `valueWords`:
 * stemmed words of its name, its short and long text, and the values of its labels. `services`: values of labels that
 * name a service, without separators. `text`: name and texts, for comparison by letters.
 */
export type AlertQuestion = {
  bareName: string;
  nameWords: readonly string[];
  titleWords: readonly string[];
  descriptionWords: readonly string[];
  valueWords: readonly string[];
  services: ReadonlySet<string>;
  text: string;
};

const TITLES = /^(?:title|summary)$/i;
const DESCRIPTIONS = /^(?:descri\w*|message|details?|impact|help)$/i;
/** Annotations with queries. */
const QUERIES = /promql|query|expr/i;
/** Labels whose value names the program or service. */
const SERVICES = /^(?:type|service|app|job|component|service_name|app_kubernetes_io_name)$/;
/** Labels about the alert, its place or its people, not about what is wrong. */
const NOT_ABOUT = new RegExp(
  `^(?:${[
    "severity|priority|alert\\w*|pager\\w*|rules_\\w+|window|env|environment|stage|tier|cluster|region|zone|monitor|team|owner",
    "le|quantile|sli_type|slo_\\w+|user_impacting|aggregation|feature_category",
  ].join("|")})$`,
);
const MATCHER = /([a-zA-Z_]\w*)\s*=~?\s*"([^"]*)"/g;

/** Template expressions such as `{{ $labels.pod }}` hold words that the rule's author never wrote for people. */
const filledIn = (text: string): string => text.replaceAll(/\{\{[^}]*\}\}/g, " ");

export function alertQuestion({ name, labels, annotations, expr }: AlertText): AlertQuestion {
  const textOf = (keys: RegExp): string =>
    Object.entries(annotations)
      .flatMap(([key, value]) => (keys.test(key) ? [filledIn(value)] : []))
      .join("\n");
  const [title, description] = [textOf(TITLES), textOf(DESCRIPTIONS)];
  const queries = [expr, ...Object.entries(annotations).flatMap(([key, value]) => (QUERIES.test(key) ? [value] : []))];
  const matchers = [...matchersIn(queries.join("\n")), ...Object.entries(labels)];
  const about = matchers.filter(([key]) => !NOT_ABOUT.test(key));
  return {
    bareName: bareName(name ?? ""),
    nameWords: pageWords(name ?? ""),
    titleWords: pageWords(title),
    descriptionWords: pageWords(description),
    valueWords: about.flatMap(([, value]) => pageWords(value)),
    services: new Set(about.flatMap(([key, value]) => (SERVICES.test(key) ? [bareName(value)] : []))),
    text: [name ?? "", title, description].join("\n"),
  };
}

/** Labels that an expression requires; each alternative of a pattern is one. */
function matchersIn(queries: string): [string, string][] {
  return [...queries.matchAll(MATCHER)].flatMap(([, key = "", pattern = ""]) =>
    pattern.includes("{{")
      ? []
      : pattern.split("|").map((value): [string, string] => [key, value.replaceAll(/[.*+^$()\\]+/g, " ").trim()]),
  );
}
