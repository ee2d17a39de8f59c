import { anyOf, bareValue } from "./redact-rule.ts";

// Whether a text beside a name is a credential, or a word, a count, an id.

/** A mark that the miner or an earlier rule put in place of a value, or a word that is never a secret. */
const PLACEHOLDER = anyOf(
  String.raw`\*+|<[^<>]*>|⟨[^⟨⟩]*⟩|\$\{?\w+\}?|\{\{.*\}\}|x{3,}|\.{2,}|…|null|none|nil|undefined`,
  "true|false|yes|no|not|is|was|has|the|invalid|expired|missing|required|empty|redacted|filtered|masked|removed|hidden|incorrect",
  "wrong|mismatch|changed|rejected|denied|failed|basic|bearer|digest|oauth2?|mtls|jwt",
);
const WHOLE_PLACEHOLDER = new RegExp(`^${PLACEHOLDER}[.!]?$`, "i");
export const isPlaceholder = (value: string): boolean => WHOLE_PLACEHOLDER.test(bareValue(value));

/** A number with its unit, or a counter that protocols use for sessions: 0x14ed93111f20005. */
export const isCount = (value: string): boolean =>
  /^(?:[\d.,_]{1,24}[a-z%]{0,3}|0x[\da-f]{1,16})$/i.test(bareValue(value));
/** "session: closed": a plain word after a colon is prose; after "=" it is a value. */
export const isProse = (name: string, value: string): boolean =>
  /:[ \t]*$/.test(name) && !/["']/.test(value) && /^[a-z]+[.!]?$/i.test(value);

/** "Basic authentication failed" and "token service-7" name a scheme, not a credential. */
export function isCredential(scheme: string, value: string): boolean {
  if (/^(?:authenticat|authoriz|credential)/i.test(value)) return false;
  if (/^bearer/i.test(scheme)) return true;
  return /^token/i.test(scheme) ? isHighEntropy(value) : /\d|[a-z][A-Z]|=$/.test(value);
}

/** Shannon entropy in bits per character. Words of twelve characters or more above it are not names. */
const RANDOM_BITS = 2.9;

/** An id with the name of its kind before it: `job_-1608999687919862906`. */
const NUMBERED = /^[a-z]{1,8}[_-]{1,2}\d+$/i;

/** Judged part by part: ids and pod names consist of short parts, keys of long ones. */
export const isHighEntropy = (word: string): boolean =>
  !NUMBERED.test(word) &&
  word
    .split(/[-./:]/)
    .some(
      (part) =>
        part.length >= 12 && /[a-z]/i.test(part) && (/\d/.test(part) || swings(part)) && bitsOf(part) >= RANDOM_BITS,
    );

/** True for letters that change their case at every second step or more, as random ones do and names do not. */
const swings = (word: string): boolean =>
  (word.match(/[a-z](?=[A-Z])|[A-Z](?=[a-z])/g)?.length ?? 0) > word.length * 0.4;

/** Letters of both cases and digits, in no order that words have. */
export const isMixed = (value: string): boolean =>
  bitsOf(value) > 3.5 && /[A-Z]/.test(value) && /[a-z]/.test(value) && /\d/.test(value) && !/^[\da-f]+$/i.test(value);

export function bitsOf(word: string): number {
  const counts = new Map<string, number>();
  for (const character of word) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / word.length) * Math.log2(count / word.length);
  return bits;
}

/** Words in the names of things. A name with one of them is not that of a person. */
const THINGS = new Set(
  [
    "service server api gateway cluster checkout cart order orders payment payments product catalog user users account",
    "accounts admin auth login portal console dashboard monitor monitoring alert alerts metric metrics cpu memory disk",
    "network node nodes pod pods host database db cache queue worker job jobs scheduler batch web app application",
    "frontend backend mobile client public private internal external prod production staging test dev development",
    "default system global main primary secondary read write data storage store search index email mail notification",
    "notifications report reporting analytics event events stream log logs utilization usage rate error errors latency",
    "request requests response time timeout count total average high low critical warning health check status unknown",
    "team platform ops operations support sales engineering security access control key vault secret token manager",
    "controller operator agent proxy load balancer inventory shipping delivery billing invoice recommendation review",
    "reviews rating page home world file object connection pool thread session resource group policy role rule config",
    "configuration version release build deploy deployment pipeline north south east west europe asia region zone",
    "availability google amazon azure microsoft kubernetes docker linux windows java python http https tcp dns tls ssl",
    "rest graphql new old the not is was has no failed lookup internet office cloud bot daemon engine pro plus free",
    "premium customer group live beta street road avenue city state bank company gmbh inc ltd corp",
  ]
    .join(" ")
    .split(" "),
);

/** Two words or more, as people write their names, none of which names a thing: "Ada Byron", not "Checkout Service". */
export function isPersonLike(value: string): boolean {
  const words = bareValue(value).split(" ");
  return (
    words.length > 1 &&
    words.every((word) => !THINGS.has(word.toLowerCase().replace(/[.,]$/, "")) && /^\p{L}[\p{L}'’.-]*$/u.test(word)) &&
    words.filter((word) => /\p{Ll}/u.test(word)).length > 1 &&
    !words.some((word) => /\p{Ll}\p{Lu}\p{Ll}+\p{Lu}|\p{Ll}\.\p{Ll}/u.test(word))
  );
}
