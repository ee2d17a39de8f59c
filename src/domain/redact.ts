// The only definition of a secret: for reports, for memory, and for what a model is shown.

/** Every pattern is linear in the text: repeats are bounded, or cannot overlap what follows. */
type Rule = { find: RegExp; put: string | ((found: string, ...groups: string[]) => string) };

const anyOf = (...alternatives: readonly string[]): string => `(?:${alternatives.join("|")})`;

/** Names whose value is always secret. */
const STRONG = anyOf(
  String.raw`password|passwd|passphrase|pwd|(?<![a-z])pass|secret|api[_-]?key|account[_-]?key`,
  String.raw`(?:secret[_-]?)?access[_-]?key(?:[_-]?id)?|private[_-]?key`,
  String.raw`(?:access|auth|refresh|id|session|csrf)[_-]?token|client[_-]?secret`,
);
/** Names that also appear before counts and prose: "tokens: 4096", "session: closed". */
const WEAK = anyOf("token|auth(?:orization)?|credentials?|cookie|sig(?:nature)?", "session(?:[_-]?id)?|(?:php)?sessid");
/**
 * Text allowed between name and value. A longer name must still name a secret: `secret_name` and `token_count` do not.
 */
const GIVEN = [
  String.raw`(?:[_-]?(?:key|value|text|hash|\d{1,3}))?\\{0,3}["']?`,
  String.raw`[ \t]{0,3}(?:=>|[:=])[ \t]{0,3}(?:\\{1,3}(?="))?`,
].join("");
/** Matches the whole value, whatever its length, and with or without a closing quote: no tail of a secret may stay. */
const VALUE = String.raw`("[^"\n]+"?|'[^'\n]+'?|[^\s"',;&<>\[\]{}()⟨⟩]{3,})`;

/**
 * What Causeway's own findings say about an entity, whose name may look like that of a secret: "auth: http.errors rose
 * from 0 to 7".
 */
const FINDING = String.raw`(?!(?:\S{1,200} (?:per second )?(?:rose from|fell from|reached) \d|alert "))`;

/** The label of a PEM block that holds a private key. */
const KEY_LABEL = "[A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?";
const SLACK_TOKEN = anyOf(
  String.raw`\bxox[a-z]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}`,
  String.raw`(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/]{10,}`,
);
const API_KEY = anyOf(
  String.raw`[srp]k[-_](?:live|test|proj|ant|svcacct)[-_][\w-]{10,}|sk-[A-Za-z0-9]{20,}`,
  String.raw`npm_\w{30,}|hf_\w{30,}|pypi-[\w-]{30,}|dop_v1_[0-9a-f]{30,}|cwk_[\w-]{30,}`,
  String.raw`SG\.[\w-]{16,}\.[\w-]{16,}|hv[sb]\.[\w-]{20,}|glsa_\w{30,}|dckr_pat_[\w-]{20,}`,
  String.raw`shp(?:at|ss|ca|pa)_[0-9a-f]{32}|ATATT[\w=-]{20,}|whsec_[\w+/=]{20,}`,
);
/** How a key begins. It may have been cut off (`ghp_abc…`), or have lost digits in a log template (`AKIAIOSF<*>EX`). */
const KEY_START = anyOf(
  String.raw`(?:AKIA|ASIA)[A-Z]|AIza\w|ya29\.|eyJ\w{5}|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|xapp-`,
  String.raw`[srp]k[-_](?:live|test|proj|ant|svcacct)[-_]|npm_|hf_|pypi-|dop_v1_|cwk_|hv[sb]\.|glsa_|dckr_pat_|whsec_`,
);

/** Types of systemd's units: `postgresql@14-main.service` is no address. No mail domain ends so. */
const UNIT_TYPES = new Set("service socket timer slice scope mount automount swap target device path conf".split(" "));
/** A program on a numbered host: `httpd@lb01`. */
const INSTANCE = /^[a-z][a-z0-9_-]*@[a-z-]{1,20}\d{1,3}$/;

/**
 * Credential formats as their issuers document them, then values next to names such as `password`. Whole structures
 * come first, so that no later rule leaves half of one.
 */
const RULES: readonly Rule[] = [
  {
    find: new RegExp(String.raw`-----BEGIN ${KEY_LABEL}-----[\s\S]*?(?:-----END ${KEY_LABEL}-----|$)`, "g"),
    put: "⟨private-key⟩",
  },
  { find: /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, put: "⟨jwt⟩" },
  { find: /\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{16}\b/g, put: "⟨aws-key⟩" },
  { find: /\bAIza[\w-]{35}|\bya29\.[\w-]{20,}/g, put: "⟨google-key⟩" },
  { find: /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,})/g, put: "⟨git-token⟩" },
  { find: new RegExp(SLACK_TOKEN, "g"), put: "⟨slack-token⟩" },
  { find: new RegExp(String.raw`\b${API_KEY}`, "g"), put: "⟨api-key⟩" },
  {
    find: new RegExp(String.raw`\b${KEY_START}[\w.+/=-]{0,200}(?:(?:<\*>[\w+/=-]{0,200}){1,8}|(?=…))`, "g"),
    put: "⟨api-key⟩",
  },
  { find: /\b((?:set-)?cookie:[ \t]*)(?=\S)[^\n]+/gi, put: (_, name = "") => `${name}⟨secret⟩` },
  {
    find: /\b(Bearer|Basic|Token|ApiKey|Negotiate)([ \t]+)([\w.~+/-]{8,}=*)/gi,
    put: (found, scheme = "", gap = "", value = "") => (isCredential(scheme, value) ? `${scheme}${gap}⟨token⟩` : found),
  },
  // scheme://user:password@host, where the password may contain "@"; and user:password@tcp(host).
  {
    find: /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:⟨⟩]{0,200}:[^\s/⟨⟩]{1,2000}@/gi,
    put: (_, scheme = "") => `${scheme}⟨credentials⟩@`,
  },
  // The same, cut off before its "@". Digits alone are a port.
  {
    find: /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:⟨⟩<[]{0,200}:(?!\d{0,5}(?:…|$))[^\s/@⟨⟩<*…]{1,2000}(?=…|$)/gi,
    put: (_, scheme = "") => `${scheme}⟨credentials⟩`,
  },
  { find: /\b[\w.-]{1,64}:[^\s/@:]{1,200}@(?=(?:tcp|unix)\()/g, put: "⟨credentials⟩@" },
  {
    find: /[\w.%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}([a-z]{2,24})(?![\w-]|\.\w)/gi,
    put: (found, ending = "") => (UNIT_TYPES.has(ending.toLowerCase()) ? found : "⟨email⟩"),
  },
  {
    find: /[\w.%+-]{1,64}@[a-z][a-z0-9.-]{0,63}(?=…)/gi, // cut off
    put: (found) => (INSTANCE.test(found) ? found : "⟨email⟩"),
  },
  // Numbers of 14 to 16 digits in the ranges of the card networks. Trace ids are longer, and times begin with 1.
  {
    find: /(?<![\w.-])(?:4|5[1-5]|2[2-7]|3[0-9]|6[045])(?:[ -]?\d){12,15}(?![\w-]|\.\d)/g,
    put: (found) => (isCardNumber(found) ? "⟨card⟩" : found),
  },
  {
    find: new RegExp(`(${STRONG}${GIVEN})${FINDING}${VALUE}`, "gi"),
    put: (found, name = "", value = "") => (isPlaceholder(value) ? found : `${name}⟨secret⟩`),
  },
  {
    find: new RegExp(`((?<![a-z])${WEAK}${GIVEN})${FINDING}${VALUE}`, "gi"),
    put: (found, name = "", value = "") =>
      isPlaceholder(value) || isCount(value) || isProse(name, value) ? found : `${name}⟨secret⟩`,
  },
  {
    find: new RegExp(String.raw`(--?(?:${STRONG}|token)[ \t]+)${VALUE}`, "gi"),
    put: (found, name = "", value = "") => (value.startsWith("-") || isPlaceholder(value) ? found : `${name}⟨secret⟩`),
  },
  {
    find: new RegExp(String.raw`((?:${STRONG}|${WEAK})(?:[ \t]is)?[ \t"'(:=]{1,5})([\w+/=.~-]{12,200})`, "gi"),
    put: (found, name = "", value = "") => (isHighEntropy(value) && !isCount(value) ? `${name}⟨secret⟩` : found),
  },
];

/**
 * Replaces credentials and personal data with marks such as `⟨secret⟩` or `⟨email⟩`. Everything else stays: pod names,
 * trace ids, hashes and numbers are needed to understand an incident. Masking masked text changes nothing.
 */
export const redactSecrets = (text: string): string =>
  RULES.reduce(
    (masked, { find, put }) => (typeof put === "string" ? masked.replace(find, put) : masked.replace(find, put)),
    text,
  );

/** Masks a value that is stored under a name. The name itself may show that the value is secret. */
export function redactNamed(name: string, value: string): string {
  const quoted = `${name}="${value.slice(0, 200).replaceAll(/["\n]/g, " ")}"`;
  return redactSecrets(quoted) === `${name}=⟨secret⟩` ? "⟨secret⟩" : redactSecrets(value);
}

/** A mark that the miner or an earlier rule put in place of a value, or a word that is never a secret. */
const PLACEHOLDER = anyOf(
  String.raw`\*+|<[^<>]*>|⟨[^⟨⟩]*⟩|\$\{?\w+\}?|\{\{.*\}\}|x{3,}|null|none|nil|undefined`,
  "true|false|yes|no|not|is|was|has|the|invalid|expired|missing|required|empty|redacted|hidden|incorrect",
  "wrong|mismatch|changed|rejected|denied|failed|basic|bearer|digest|oauth2?|mtls|jwt",
);
const WHOLE_PLACEHOLDER = new RegExp(`^${PLACEHOLDER}[.!]?$`, "i");
const isPlaceholder = (value: string): boolean => WHOLE_PLACEHOLDER.test(bare(value));

const bare = (value: string): string => value.replaceAll(/^["']|["']$/g, "");
/** A number with its unit, or a counter that protocols use for sessions: 0x14ed93111f20005. */
const isCount = (value: string): boolean => /^(?:[\d.,_]{1,24}[a-z%]{0,3}|0x[\da-f]{1,16})$/i.test(bare(value));
/** "session: closed": a plain word after a colon is prose; after "=" it is a value. */
const isProse = (name: string, value: string): boolean =>
  /:[ \t]*$/.test(name) && !/["']/.test(value) && /^[a-z]+[.!]?$/i.test(value);

/** "Basic authentication failed" and "token service-7" name a scheme, not a credential. */
function isCredential(scheme: string, value: string): boolean {
  if (/^(?:authenticat|authoriz|credential)/i.test(value)) return false;
  if (/^bearer$/i.test(scheme)) return true;
  return /^token$/i.test(scheme) ? isHighEntropy(value) : /\d|[a-z][A-Z]|=$/.test(value);
}

/** Luhn's check, ISO/IEC 7812-1. One number in ten passes it by chance. */
function isCardNumber(found: string): boolean {
  const digits = [...found.replace(/\D/g, "")].map(Number).reverse();
  const sum = digits.reduce(
    (total, digit, i) => total + (i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2),
    0,
  );
  return sum % 10 === 0;
}

/** Shannon entropy in bits per character. Words of twelve characters or more above it are not names. */
const RANDOM_BITS = 2.9;

/** Judged part by part: ids and pod names consist of short parts, keys of long ones. */
const isHighEntropy = (word: string): boolean =>
  word
    .split(/[-./:]/)
    .some((part) => part.length >= 12 && /\d/.test(part) && /[a-z]/i.test(part) && bitsOf(part) >= RANDOM_BITS);

function bitsOf(word: string): number {
  const shares = [...Map.groupBy(word, (character) => character).values()].map((same) => same.length / word.length);
  return shares.reduce((sum, share) => sum - share * Math.log2(share), 0);
}
