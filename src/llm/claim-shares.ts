/** Words that state a share of things without a number. */
const SHARE = new RegExp(
  String.raw`(?<!\p{L})(?:(?:nearly|almost) )?(?:all|every|each|most|few|hardly any|(?:the|a|vast|` +
    String.raw`large)? ?majority|a minority)` +
    String.raw`(?: of)?(?: the| its| these| those)?(?: \p{L}+)? (?:requests?|calls?|errors?|pods?|instances?|` +
    String.raw`replicas?|quer(?:y|ies)|messages?|` +
    String.raw`connections?|users?|traces?|samples?|lines?|transactions?|orders?|callers?|services?|nodes?|cases?|` +
    String.raw`customers?)(?!\p{L})`,
  "iu",
);
const MAGNITUDE = new RegExp(
  String.raw`(?<!\p{L})(?:orders? of magnitude|manifold|exponential(?:ly)?|dozens|` +
    String.raw`(?:many|several) times (?:as|more|over|slower|higher))(?!\p{L})`,
  "iu",
);

/** Why the evidence does not hold a share or a magnitude that a claim states in words; null if it does, verbatim. */
export function wrongShare(text: string, held: readonly string[]): string | null {
  const stated = [SHARE, MAGNITUDE].flatMap((words) => words.exec(text)?.[0].trim().toLowerCase() ?? []);
  const lacking = stated.find((words) => !held.some((one) => one.includes(words)));
  return lacking === undefined ? null : `"${lacking}" is not in the cited evidence`;
}
