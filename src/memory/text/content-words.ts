/** Words that occur in any sentence. */
const ENGLISH = `
  a about above after again against all also am an and any are as at back be because been before being below
  between both but by can could did do does doing down due during each even few first for from further get got had
  has have having he her here him his how however i if in into is it its itself just last later like made make
  many may me might more most much must my new no nor not now of off on once one only or other our out over own
  per same second see seen several she should since so some soon still such take taken than that the their them then
  there these they this those three through thus to too took two under until up upon us use used using very via
  was way we well went were what when where which while who why will with within without would yet you your
`;
/** Words that occur in any post-mortem and its template. */
const POST_MORTEM = `
  incident incidents outage outages postmortem post mortem review report summary overview impact impacted affected
  affecting detection detected timeline root cause caused causes causing resolution resolved mitigation mitigated
  mitigate fix fixed remediation action item items follow lesson lessons learned author authors status date
  duration severity user users customer customers service services system systems team teams engineer engineers
  oncall call on-call issue issues problem problems production time times minute minutes hour hours day days week
  weeks utc gmt pst est cet cest started start ended end began begin happened saw noticed investigated
  investigation found identified confirmed led trigger triggered alert alerts alerted alerting paged pager
  dashboard channel slack ticket sev p1 p2 p3 due result resulted resulting unable fully normal approximately
  around early morning afternoon evening night january february march april june july august september october
  november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday
  saturday sunday today yesterday
`;
/** Words that occur in any log line. */
const LOG = `
  info error errors err warn warning debug trace fatal level msg message log logs logger logging exception true
  false null none undefined http https get post put request requests response responses status code id uuid name
  value key line file at pid thread main com org net java internal org
`;

const STOP_WORDS: ReadonlySet<string> = new Set(
  `${ENGLISH} ${POST_MORTEM} ${LOG}`.split(/\s+/).filter((word) => word !== ""),
);

const WORD = /[\p{L}\p{N}][\p{L}\p{N}_./-]*[\p{L}\p{N}]|\p{L}/gu;
const MAX_WORD_CHARS = 40;
const MIN_STEM_CHARS = 4;
/** Longest endings first. */
const ENDINGS = [
  "ations",
  "ation",
  "ments",
  "ment",
  "ings",
  "ing",
  "ions",
  "ion",
  "ers",
  "er",
  "ies",
  "ed",
  "es",
  "ly",
  "s",
  "y",
  "e",
];

/**
 * The meaningful words of a text, as stems, in order: without stop words, numbers, and words of any post-mortem or log
 * line. A compound is split into its parts.
 */
export function contentWords(text: string): string[] {
  const words = text
    .replace(/https?:\/\/\S+/g, " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/[_./-]+/g, " ")
    .match(WORD);
  return (words ?? []).flatMap((word) =>
    word.length < 2 || word.length > MAX_WORD_CHARS || /^t?\d/.test(word) || STOP_WORDS.has(word) ? [] : [stemOf(word)],
  );
}

/**
 * Removes an inflection: `exhausted`, `exhausting` and `exhaustion` have the same stem. Names without an ending stay.
 */
export function stemOf(word: string): string {
  const ending = ENDINGS.find((one) => word.endsWith(one) && word.length - one.length >= MIN_STEM_CHARS);
  const stem = ending === undefined ? word : word.slice(0, -ending.length);
  // "stopped", "stopping" → "stop"
  return /([b-df-hj-np-tv-z])\1$/.test(stem) && !/(?:ll|ss)$/.test(stem) ? stem.slice(0, -1) : stem;
}
