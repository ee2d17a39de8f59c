import { plural } from "./labels.ts";
import { bullet, type TextLayout } from "./layout.ts";
import { neutral } from "./neutral.ts";

/** A page of a search. `certainty`: null if it is too unsure to be named in a report. */
type Hit = { id: string; title: string; section: string | null; certainty: string | null };

/** The pages of a search, best first. Their titles are somebody else's text. */
export function renderFoundPages(pages: number, hits: readonly Hit[], layout: TextLayout): string {
  const [first, ...others] = hits;
  const row = ({ id, section, title }: Hit, note: string): string[] =>
    bullet(layout, `${neutral(section === null ? id : `${id}#${section}`, 400)}${note}: ${neutral(title, 160)}`);
  if (first === undefined) return "No page was found.";
  const isSure = first.certainty !== null;
  return [
    isSure ? "The page:" : `None of ${plural(pages, "page")} is sure enough. The nearest:`,
    ...row(first, isSure ? ` (${first.certainty})` : ""),
    ...(others.length === 0 ? [] : [isSure ? "Next:" : "", ...others.flatMap((hit) => row(hit, ""))]),
  ]
    .filter((line) => line !== "")
    .join("\n");
}
