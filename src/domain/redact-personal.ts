import { redactSecrets } from "./redact.ts";

type Rule = { find: RegExp; put: string | ((found: string, ...groups: string[]) => string) };

/** Names whose value tells who somebody is. */
const PERSON = String.raw`(?:user|customer|account|member|patient|employee|client|buyer|subscriber|tenant|login|owner|author|uid|username|e?mail|phone|tel|mobile)`;
const PART = String.raw`(?:[_-]?(?:id|ids|no|nr|num|number|name|key|uuid|ref))?`;
/** A value: quoted, or up to what parts values. Marks of a miner or of an earlier rule are none. */
const VALUE = String.raw`("[^"\n]{1,100}"|'[^'\n]{1,100}'|[^\s"',;&<>\[\]{}()⟨⟩]{1,100})`;
const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;

/** Every pattern is linear in the text: repeats are bounded, or cannot overlap what follows. */
const RULES: readonly Rule[] = [
  { find: new RegExp(String.raw`(?<![\w.])${OCTET}(?:\.${OCTET}){3}(?![\w]|\.\d)`, "g"), put: "⟨ip⟩" },
  // eight groups, or groups with a "::"; a digit must be among them, as names of code are parted by "::" too
  { find: /(?<![\w:.])(?:[\da-f]{1,4}:){7}[\da-f]{1,4}(?![\w:])/gi, put: "⟨ip⟩" },
  {
    find: /(?<![\w:.])(?=[\da-f:]{0,38}\d)(?:[\da-f]{1,4}:){0,6}(?:[\da-f]{1,4})?::(?:[\da-f]{1,4}:){0,6}[\da-f]{1,4}(?![\w:])/gi,
    put: "⟨ip⟩",
  },
  { find: /(?<![\w.+-])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d(?:[ .-]?\d){6,11}(?![\w-])/g, put: "⟨phone⟩" },
  { find: /(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-]|\.\d)/g, put: "⟨phone⟩" },
  {
    find: /((?:^|[\s"'=(:])(?:\/home\/|\/Users\/|[A-Z]:\\Users\\))[^\s/\\"':]{1,64}/g,
    put: (_, before = "") => `${before}⟨user⟩`,
  },
  {
    find: new RegExp(String.raw`((?<![a-z0-9])${PERSON}${PART}["']?[ \t]{0,3}(?:=>|=)[ \t]{0,3})${VALUE}`, "gi"),
    put: (found, name = "", value = "") => (isMark(value) ? found : `${name}⟨user⟩`),
  },
  // after a colon a plain word is a sentence going on: "user: not found"
  {
    find: new RegExp(String.raw`((?<![a-z0-9])${PERSON}${PART}["']?[ \t]{0,3}:[ \t]{0,3})${VALUE}`, "gi"),
    put: (found, name = "", value = "") => (isMark(value) || !/["'\d@]/.test(value) ? found : `${name}⟨user⟩`),
  },
  {
    find: new RegExp(
      String.raw`((?<![a-z0-9])${PERSON}${PART}[ \t]{1,3}(?:id[ \t]{1,3})?(?:#[ \t]{0,3})?)(?=[\w-]{0,40}\d)([\w-]{1,64})(?![\w.])`,
      "gi",
    ),
    put: (_, name = "") => `${name}⟨user⟩`,
  },
];

/** What a miner or a rule has put in place of a value, and words that no value is. */
const isMark = (value: string): boolean =>
  /^["']?(?:\*+|<[^<>]*>|null|none|nil|undefined|true|false)["']?$/i.test(value);

/**
 * Masks what `redactSecrets` does and, besides, what tells who a person is: addresses of machines they sat at, telephone numbers, user names and ids. For what outlives
 * its incident; a report keeps addresses, because an incident is understood by them. Masking what is masked changes nothing.
 */
export const redactPersonal = (text: string): string =>
  RULES.reduce(
    (masked, { find, put }) => (typeof put === "string" ? masked.replace(find, put) : masked.replace(find, put)),
    redactSecrets(text),
  );
