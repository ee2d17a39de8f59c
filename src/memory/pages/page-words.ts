import { stemOf } from "../text/content-words.ts";

/** Words of any sentence, and words that alerts and runbooks consist of whatever they are about. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again all also an and any are as at be because been before being below between both but by can
   could did do does doing down during each for from further get got had has have having here how if in into is it its
   just last like make many may more most much must nor now of once only or other our out over own per
   same see several should since so some still such take than that the their them then there these they this those
   through to too under until upon us use used using very via was way we well were what when where which while who
   why will with within without would you your i my he she
   alert alerts alerting runbook runbooks page pages md http https www com io html`
    .split(/\s+/)
    .filter((word) => word !== ""),
);
const MAX_WORD_CHARS = 40;

/**
 * Splits a text, a name or code into stemmed words, in order. `GitalyFileServerDown`, `gitaly_file_server` and "Gitaly
 * file servers" share their words.
 */
export function pageWords(text: string): string[] {
  const words = text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .match(/\p{L}[\p{L}\p{N}]*|\p{N}{2,}/gu);
  return (words ?? []).flatMap((word) =>
    word.length < 2 || word.length > MAX_WORD_CHARS || STOP_WORDS.has(word) ? [] : [stemOf(word)],
  );
}

/** Names of metrics, settings and functions: words joined by `_` or `:`, as they are. */
export const identifiersIn = (text: string): string[] =>
  (text.match(/[a-zA-Z][a-zA-Z0-9]*(?:[_:][a-zA-Z0-9]+)+/g) ?? []).map((name) => name.toLowerCase());

/** Lower case without separators: `redis-sidekiq` and `RedisSidekiq` are one name. */
export const bareName = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
