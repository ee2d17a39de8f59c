/**
 * The parts of a post-mortem. `followUp`: action items and lessons. `date`, `services`, `severity`, `title`: facts of
 * one line. `other`: known headings that are not read.
 */
export type PostMortemPart =
  | "symptoms"
  | "cause"
  | "resolution"
  | "followUp"
  | "date"
  | "services"
  | "severity"
  | "title"
  | "other";

/** Headings and labels of each part, from the templates of many companies. The first matching row counts. */
const PARTS: readonly (readonly [PostMortemPart, readonly RegExp[]])[] = [
  [
    "services",
    [
      /^(?:(?:affected|impacted) (?:services?|components?|systems?|products?|applications?))$/,
      /^(?:(?:services?|components?|systems?|products?) (?:affected|impacted|involved)|services?)$/,
      /^(?:components?)$/,
    ],
  ],
  ["severity", [/^(?:severity(?: level)?|sev(?: level)?|priority|impact level|incident severity)$/]],
  [
    "date",
    [
      /^(?:date(?: of (?:the )?(?:incident|outage))?|incident date|date[ /]time|when|incident (?:start|began))$/,
      /^(?:start(?:ed)?(?: time| at| date)?|occurred(?: at| on)?|time of incident|impact start|outage start)$/,
    ],
  ],
  ["title", [/^(?:title|incident title|incident name)$/]],
  [
    "followUp",
    [
      /^(?:action items?|actions? (?:to take|planned|required)|follow[ -]?ups?|next steps|future)\b/,
      /^(?:prevent|preventi(?:on|ve)|corrective|improvements?|recommendations?|todos?|to do|backlog)\b/,
      /^(?:long[ -]?term|short[ -]?term|lessons?|learnings?|takeaways?)\b/,
      /^(?:what (?:did we learn|we learned|have we learned|went (?:well|wrong|right|poorly|badly)|could|will we|we will|we are|are we|we'?re))\b/,
      /^(?:where we got lucky|how (?:will|can|do|could) we|things (?:that|which) went)\b/,
      /^(?:remediation items?|remediation and follow|planned|open (?:items|questions|tasks)|tasks)\b/,
      /^(?:tickets|jira|our plan|commitments?|moving forward|going forward|steps to prevent)\b/,
      /^(?:repair items|how are we|the road ahead)\b/,
    ],
  ],
  [
    "resolution",
    [
      /^(?:resolutions?|resolv|mitigations?\b|mitigat(?:e|ed|ing)\b|remediations?|remedy)/,
      /^(?:fix(?:es|ed|ing)?\b|the fix|recovery|restor)/,
      /^(?:how (?:was|were|did|is) (?:it|this|that|the|we)\b.*\b(?:resolv|fix|mitigat|recover|restor|repair|solve))/,
      /^(?:how we (?:resolv|fix|mitigat|recover|restor|solve))/,
      /^(?:what (?:we did|did we do|was done|fixed it)|actions?(?: taken)?$|steps taken|immediate)/,
      /^(?:response|incident response|workarounds?|solutions?|roll ?back|corrective actions taken)/,
      /^(?:resolution and recovery)/,
    ],
  ],
  [
    "cause",
    [
      /^(?:(?:underlying |probable |technical |primary |proximate |likely )?(?:root[ -]?)?causes?\b)/,
      /^(?:rca\b|root[ -]cause|contributing|trigger|why\b)/,
      /^(?:what (?:caused|was the cause|led to|triggered)|how did (?:this|it) happen|five whys|5 whys)/,
      /^(?:the (?:bug|problem|cause|trigger)\b|(?:technical |failure |deep |in-depth )?analysis)/,
      /^(?:technical (?:details|explanation)|diagnosis|investigation|findings|fault\b|failure mode)/,
      /^(?:background and cause)/,
    ],
  ],
  [
    "symptoms",
    [
      /^(?:symptoms?|(?:executive |incident |issue |problem |outage )?(?:summary|overview|description))\b/,
      /^(?:tl;? ?dr|abstract|synopsis|(?:customer |user |business |service |external )?impact|detection)\b/,
      /^(?:what happened)\b/,
      /^(?:how (?:was|did|were) (?:it|we|this|they|customers|users)\b.*(?:detect|notice|found|find|discover|affect|alert))\b/,
      /^(?:(?:incident |event )?timeline|alerts?|lead ?up|current status|what (?:users|customers) saw)\b/,
      /^(?:chronology)\b/,
    ],
  ],
  [
    "other",
    [
      /^(?:authors?|owners?|status|participants?|attendees|people|responders?|roles)\b/,
      /^(?:incident (?:commander|lead|manager|id|number)|duration|references?|links?|appendix|glossary)\b/,
      /^(?:supporting|sign[ -]?off|meta(?:data)?|document|reviewers?|tags?|labels?)\b/,
      /^(?:end(?:ed)?(?: time| at)?|resolved at|detected at|time to|mttr|mttd|published|last updated)\b/,
      /^(?:prepared by|contact|thanks|acknowledg|conclusion|published on|created|updated|category|type)\b/,
      /^(?:reporter|channel|team)\b/,
    ],
  ],
];

/**
 * Removes markup, emoji, numbers and punctuation around a heading: `✅ 3. **How was it resolved?**` → `how was it
 * resolved`.
 */
export const bareHeading = (heading: string): string =>
  plainText(heading)
    .replace(/^(?:(?:step|section|part)\s+)?(?:\d{1,2}(?:\.\d{1,2})*[.):]?|[ivx]{1,4}[.)]|[a-h][.)])\s+/i, "")
    .replace(/[\s:?!.–—-]+$/, "")
    .toLowerCase();

/** Removes markup and emoji from a line. */
export const plainText = (text: string): string =>
  text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^<>]{1,80}>/g, " ")
    .replace(/[*_`]{1,3}/g, (marks, at: number, all: string) => (isInsideWord(all, at, marks.length) ? marks : ""))
    .replace(/\p{Extended_Pictographic}|\u{FE0F}|\u{200D}|\u{20E3}/gu, " ")
    .replace(/:[a-z_]+:/g, " ")
    .replace(/\s+/g, " ")
    .trim();

/** True for marks inside a word: `orders_db` has no emphasis. */
const isInsideWord = (all: string, at: number, length: number): boolean =>
  /\w/.test(all[at - 1] ?? "") && /\w/.test(all[at + length] ?? "");

/** The part that a heading or a label begins; null for any other text. */
export function partOf(heading: string): PostMortemPart | null {
  const bare = bareHeading(heading);
  return PARTS.find(([, patterns]) => patterns.some((pattern) => pattern.test(bare)))?.[0] ?? null;
}
