import type { Report, ReportEvidence } from "../../domain/report.ts";
import { strongest } from "../digest.ts";
import { numbersOf } from "../finding-words.ts";
import { neutral } from "../neutral.ts";
import { clock, kindLabel, utc } from "../labels.ts";
import { MAX_RICH_TEXT } from "./limits.ts";
import { type Item, pieces } from "./paging.ts";
import { type Block, cite, code, line, link, list, listed, quoted, rich, verbatim, words } from "./rich.ts";

/** Longest summary in a card, in UTF-16 units. The modal shows it whole. */
const MAX_SUMMARY = 600;
/** The native query of a finding, in UTF-16 units. */
const MAX_NATIVE_CHARS = 1_000;

/** Evidence with its numbers and its origin. Nothing where there is none. */
export const evidenceList = (heading: string, all: readonly ReportEvidence[]): Block[] =>
  listed(
    heading,
    "bullet",
    all.map((found) => {
      const numbers = numbersOf(found);
      return [
        code(found.id, 20),
        words(" "),
        quoted(found.summary, MAX_SUMMARY),
        ...(numbers === "" ? [] : [quoted(numbers)]),
        words("\n"),
        quoted(originOf(found), 400, "italic"),
        ...openLinks(found),
      ];
    }),
  );

/** Links to the page that shows its query, and to its first trace. */
export function openLinks({ reads, trace_ids: [traceId] = [], trace_links: traces = {} }: ReportEvidence) {
  const page = reads?.[0]?.native?.find((one) => one.link !== null)?.link;
  const links = [...link("open", page), ...link("trace", traceId === undefined ? null : traces[traceId])];
  return links.flatMap((one) => [words(" · "), one]);
}

const originOf = ({ kind, entity, onset, connector }: ReportEvidence): string =>
  [
    kindLabel(kind),
    neutral(entity, 120),
    onset === null ? "" : `since ${clock(onset)} UTC`,
    `from ${neutral(connector, 40)}`,
  ]
    .filter((part) => part !== "")
    .join(" · ");

/** All evidence for the modal, strongest first: each finding whole, with its query and its raw text. */
export function evidenceItems(report: Report): Item[] {
  const first = strongest(report, report.evidence.length);
  const rest = report.evidence.filter((found) => !first.includes(found));
  return [...explanation(report), ...[...first, ...rest].map(itemOf)];
}

/** One finding, by the id that the report cites. Null where the report has no such id. */
export function evidenceItem(report: Report, id: string): Item | null {
  const found = report.evidence.find((one) => one.id.toLowerCase() === id.toLowerCase());
  return found === undefined ? null : itemOf(found);
}

const explanation = ({ claims }: Report): Item[] =>
  claims.length === 0
    ? []
    : [
        [
          rich(line(words("What happened", "bold"))),
          ...claims.flatMap(({ text, evidence_ids: ids }) => whole(text, cite(ids))),
        ],
      ];

function itemOf(found: ReportEvidence): Item {
  const { window } = found;
  const query = [found.query, window === null ? "" : `${utc(window.start)} to ${utc(window.end)}`]
    .filter((part) => part !== "")
    .join(" · ");
  const facts = Object.entries(found.facts).map(([name, value]) => [
    code(name, 80),
    words(" "),
    quoted(String(value), 500),
  ]);
  return [
    { type: "divider" },
    rich(line(code(found.id, 20), words(" "), quoted(originOf(found), 400, "bold"))),
    ...whole(found.summary),
    ...(facts.length === 0 ? [] : [rich(list("bullet", facts.slice(0, 12)))]),
    ...whole(`Query: ${query}`),
    ...(found.reads?.[0]?.native ?? []).map(({ language, text, link: page }) =>
      rich(line(quoted(`${language} `, 40), code(text, MAX_NATIVE_CHARS), ...linked(link("open", page)))),
    ),
    ...tracesOf(found),
    ...(found.template === null ? [] : boxed("Template", found.template)),
    ...(found.exemplar === null ? [] : boxed("Raw line", found.exemplar)),
  ];
}

const linked = (links: ReturnType<typeof link>) => links.flatMap((one) => [words(" "), one]);

function tracesOf({ trace_links: traces = {} }: ReportEvidence): Block[] {
  const links = Object.entries(traces).flatMap(([id, url]) => linked(link(neutral(id, 40), url)));
  return links.length === 0 ? [] : [rich(line(words("Traces"), ...links))];
}

/** A whole text, in as many blocks as it needs. */
const whole = (text: string, tail: ReturnType<typeof cite> = []): Block[] => {
  const parts = pieces([neutral(text, Number.MAX_SAFE_INTEGER)], MAX_RICH_TEXT);
  return parts.map((part, i) => rich(line(words(part), ...(i === parts.length - 1 ? tail : []))));
};
const boxed = (heading: string, text: string): Block[] => [
  rich(line(words(heading, "bold"))),
  ...pieces([neutral(text, Number.MAX_SAFE_INTEGER)], MAX_RICH_TEXT).map((part) => rich(verbatim(part))),
];
