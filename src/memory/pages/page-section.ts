import { bareName, pageWords } from "./page-words.ts";
import type { PageParts } from "./read-page.ts";

/** Shorter names occur in headings about other things. */
const MIN_CHARS = 4;

/**
 * The fragment of the heading that names an alert, as code hosts and site generators make it: "High error rate" becomes
 * `high-error-rate`. Null if the title names it, or no heading does.
 */
export function sectionFor(
  { title, headings }: Pick<PageParts, "title" | "headings">,
  alertName: string,
): string | null {
  const bare = bareName(alertName);
  const words = new Set(pageWords(alertName));
  if (bare.length < MIN_CHARS) return null;
  const names = (heading: string): boolean => {
    if (bareName(heading).includes(bare)) return true;
    const own = new Set(pageWords(heading));
    return words.size > 1 && words.size === own.size && [...words].every((word) => own.has(word));
  };
  if (names(title)) return null;
  const heading = headings.split("\n").find(names);
  return heading === undefined ? null : fragmentOf(heading);
}

const fragmentOf = (heading: string): string =>
  heading
    .slice(0, 120)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
