import type { Report } from "../../domain/report.ts";
import { strongest } from "../digest.ts";
import { neutral } from "../neutral.ts";
import { clock, kindWords, utc } from "../words.ts";
import { MAX_RICH_TEXT } from "./limits.ts";
import { type Item, pieces } from "./paging.ts";
import { type Block, cite, code, line, list, listed, quoted, rich, verbatim, words } from "./rich.ts";

type Evidence = Report["evidence"][number];

/** Longest sentence of a piece of evidence in a card; the modal shows it whole. */
const MAX_SUMMARY = 600;

/** The three pieces that bear the verdict out, with their numbers. */
export function topEvidence(report: Report): Block[] {
  const top = strongest(report);
  const items = top.map((found) => {
    const numbers = /\d/.test(found.summary) ? "" : numbersOf(found);
    return [
      code(found.id, 20),
      words(" "),
      quoted(found.summary, MAX_SUMMARY),
      ...(numbers === "" ? [] : [quoted(` (${numbers})`)]),
      words("\n"),
      quoted(whereOf(found), 400, "italic"),
    ];
  });
  return listed(
    top.length === report.evidence.length
      ? "Evidence"
      : `Strongest evidence (${top.length} of ${report.evidence.length})`,
    "bullet",
    items,
  );
}

const whereOf = ({ kind, entity, onset, connector }: Evidence): string =>
  [
    kindWords(kind),
    neutral(entity, 120),
    onset === null ? "" : `since ${clock(onset)} UTC`,
    `from ${neutral(connector, 40)}`,
  ]
    .filter((part) => part !== "")
    .join(" · ");

const numbersOf = ({ facts }: Evidence): string =>
  Object.entries(facts)
    .filter(([, value]) => typeof value === "number")
    .slice(0, 4)
    .map(([name, value]) => `${neutral(name, 40)} ${String(value)}`)
    .join(", ");

/** All evidence for the modal, the strongest first: each piece whole, with what was asked and the raw text where there is some. */
export function evidenceItems(report: Report): Item[] {
  const first = strongest(report, report.evidence.length);
  const rest = report.evidence.filter((found) => !first.includes(found));
  return [...happened(report), ...[...first, ...rest].map(pieceOf)];
}

/** One piece of evidence, by the number that a report cites; null where the report has none such. */
export function evidenceItem(report: Report, id: string): Item | null {
  const found = report.evidence.find((one) => one.id.toLowerCase() === id.toLowerCase());
  return found === undefined ? null : pieceOf(found);
}

const happened = ({ claims }: Report): Item[] =>
  claims.length === 0
    ? []
    : [
        [
          rich(line(words("What happened", "bold"))),
          ...claims.flatMap(({ text, evidence_ids: ids }) => whole(text, cite(ids))),
        ],
      ];

function pieceOf(found: Evidence): Item {
  const { window } = found;
  const asked = [found.query, window === null ? "" : `${utc(window.start)} to ${utc(window.end)}`]
    .filter((part) => part !== "")
    .join(" · ");
  const facts = Object.entries(found.facts).map(([name, value]) => [
    code(name, 80),
    words(" "),
    quoted(String(value), 500),
  ]);
  return [
    { type: "divider" },
    rich(line(code(found.id, 20), words(" "), quoted(whereOf(found), 400, "bold"))),
    ...whole(found.summary),
    ...(facts.length === 0 ? [] : [rich(list("bullet", facts.slice(0, 12)))]),
    ...whole(`Asked: ${asked}`),
    ...(found.template === null ? [] : boxed("Template", found.template)),
    ...(found.exemplar === null ? [] : boxed("As it was written", found.exemplar)),
  ];
}

/** All of a text, however long, in as many blocks as it takes. */
const whole = (text: string, tail: ReturnType<typeof cite> = []): Block[] => {
  const parts = pieces([neutral(text, Number.MAX_SAFE_INTEGER)], MAX_RICH_TEXT);
  return parts.map((part, i) => rich(line(words(part), ...(i === parts.length - 1 ? tail : []))));
};
const boxed = (heading: string, text: string): Block[] => [
  rich(line(words(heading, "bold"))),
  ...pieces([neutral(text, Number.MAX_SAFE_INTEGER)], MAX_RICH_TEXT).map((part) => rich(verbatim(part))),
];
