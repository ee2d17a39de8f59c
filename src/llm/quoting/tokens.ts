import { compoundOf, isIdentifier } from "./compound.ts";
import { shownName } from "./names.ts";
import { isMethod, isNumber, isUnit, OPEN_PLACE, typedToken } from "./typed-token.ts";
import { classOf, type WordClass } from "./vocabulary.ts";

/**
 * One piece of a text, as it may be shown.
 *
 * - `is`: a word, or a typed value (a number, a time, a code, a path's shape, a known entity, an open place).
 * - `word`: lower case, for look-ups. `shown`: as it may be shown.
 * - `before`, `after`: punctuation around it. `isGlued`: no space before it.
 * - `isLevel`: the level of a log line, at its start. `isRole`: a speaker, before a colon.
 */
export type TextToken = {
  is: "word" | "parameter";
  shown: string;
  word: string;
  wordClass: WordClass;
  before: string;
  after: string;
  isGlued: boolean;
  endsClause: boolean;
  isLevel: boolean;
  isRole: boolean;
};

type Kind = Pick<TextToken, "is" | "shown" | "word" | "wordClass">;

/** Who speaks, in the format of a conversation. Before a colon, they are never shown. */
const ROLES: ReadonlySet<string> = new Set(
  "system user assistant developer tool function human agent admin administrator operator".split(" "),
);
const LEVEL = /^\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|PANIC)\]?:?$/;
const URL = /(?:\b[a-z][a-z0-9+.-]{1,15}:\/\/|\bwww\.)[^\s"'<>⟨⟩]+/gi;
/** Identifiers of a text that hold a word of their own. More could be a sentence in parts. */
const MOST_IDENTIFIERS = 2;
/** Longest word that is looked up. */
const MAX_WORD = 60;

const wordKind = (shown: string, wordClass: WordClass): Kind => ({
  is: "word",
  shown,
  word: shown
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}']+/gu, "")
    .slice(0, MAX_WORD),
  wordClass,
});
const parameterKind = (shown: string): Kind => ({
  is: "parameter",
  shown,
  word: shown.toLowerCase(),
  wordClass: "plain",
});

type Around = { previous: string; after: string; names: ReadonlySet<string>; identifiers: { left: number } };

/** Splits a text without control and invisible characters into pieces. `names`: ids of entities that it may mention. */
export function tokensOf(text: string, names: ReadonlySet<string>): TextToken[] {
  const pieces = text
    .replaceAll("<*>", OPEN_PLACE)
    .replaceAll(URL, " ⟨url⟩ ")
    .replaceAll(/⟨[^⟨⟩]{1,24}⟩/g, " $& ")
    .split(/\s+/u)
    .flatMap((chunk) =>
      chunk
        .split(/(?<=[,;|=])(?=\S)|(?<=[^\s/]{2}:)(?=[A-Za-z*])|(?<=\w)(?=[[(])/u)
        .map((piece, i) => ({ piece, isGlued: i > 0 })),
    )
    .filter(({ piece }) => piece !== "");
  const identifiers = { left: MOST_IDENTIFIERS };
  const tokens: TextToken[] = [];
  for (const [i, { piece, isGlued }] of pieces.entries()) {
    const isLevel = i === 0 && LEVEL.test(piece);
    const [, before = "", core = "", after = ""] = /^([("'`[{<]*)(.*?)([)"'`\]}>.,;:!?=|]*)$/su.exec(piece) ?? [];
    if (core === "" || core === "-") {
      const last = tokens.at(-1);
      if (last !== undefined) tokens[tokens.length - 1] = withMark(last, (isGlued ? "" : " ") + piece);
      continue;
    }
    const around = { previous: pieces[i - 1]?.piece ?? "", after, names, identifiers };
    const isTag = /^<\/?[A-Za-z|!]/.test(piece);
    const kind = isTag ? wordKind(core, "unknown") : isLevel ? parameterKind(core) : kindOf(core, around);
    const endsClause = !isLevel && (/[.;:!?|]/.test(after) || /[([{]/.test(before));
    tokens.push({ ...kind, before, after, isGlued, endsClause, isLevel, isRole: isRole(core, after) });
  }
  return tokens;
}

/** Punctuation that stands alone belongs to the word before it. */
const withMark = (token: TextToken, mark: string): TextToken => ({
  ...token,
  after: token.after + mark,
  endsClause: token.endsClause || /[.;:!?|]/.test(mark),
});

const isRole = (core: string, after: string): boolean => ROLES.has(core.toLowerCase()) && after.includes(":");

function kindOf(core: string, { previous, after, names, identifiers }: Around): Kind {
  if (names.has(core)) return parameterKind(`⟨${shownName(core)}⟩`);
  const address = addressOf(core, names);
  if (address !== null) return parameterKind(address);
  const typed = typedToken(core);
  if (typed !== null) return parameterKind(typed);
  if (isMethod(previous)) return parameterKind("⟨path⟩");
  if (isNumber(previous) && isUnit(core)) return parameterKind(core);
  const lower = core.toLowerCase();
  if (lower === "i/o") return wordKind(core, "plain");
  if (isRole(core, after)) return wordKind(core, "unknown");
  if (/^[A-Za-z']+$/.test(core) && core.length <= MAX_WORD) {
    const whole = classOf(lower);
    if (whole === "guarded" && after === "=") return parameterKind(core);
    if (whole !== "unknown") return wordKind(core, whole);
  }
  const compound = compoundOf(core);
  if (compound !== null) return wordKind(compound, "plain");
  if (identifiers.left > 0 && isIdentifier(core)) {
    identifiers.left -= 1;
    return parameterKind(core);
  }
  return wordKind(core, "unknown");
}

/** `orders-db:5432`, of a known entity; the host of any other address is not shown. */
function addressOf(core: string, names: ReadonlySet<string>): string | null {
  const [host, port] = /^([^:]*[^:\d.][^:]*):(\d{1,5})$/.exec(core)?.slice(1) ?? [];
  if (host === undefined) return null;
  const shown = names.has(host) ? `⟨${shownName(host)}⟩` : host === OPEN_PLACE ? host : "⟨name⟩";
  return `${shown}:${port}`;
}
