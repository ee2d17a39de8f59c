import { anyOf, bareValue } from "./redact-rule.ts";

// Whether a text beside a name is a credential, or a word, a count, an id.

/** A mark that the miner or an earlier rule put in place of a value, or a word that is never a secret. */
const PLACEHOLDER = anyOf(
  String.raw`\*+|<[^<>]*>|⟨[^⟨⟩]*⟩|\$\{?\w+\}?|\{\{.*\}\}|x{3,}|null|none|nil|undefined`,
  "true|false|yes|no|not|is|was|has|the|invalid|expired|missing|required|empty|redacted|hidden|incorrect",
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

/** An id with the name of its kind before it: `blk_-1608999687919862906`. */
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
