import { redactSecrets } from "./redact.ts";
import { applyRules, type Mark, plainMark, readyRules } from "./redact-rule.ts";

type Rule = { find: RegExp; put: string | ((found: string, ...groups: string[]) => string) };

/** Names whose value identifies a person. */
const PERSON = [
  "(?:user|customer|account|member|patient|employee|client|buyer|subscriber|tenant",
  "|login|owner|author|uid|username|e?mail|phone|tel|mobile)",
].join("");
const PART = String.raw`(?:[_-]?(?:id|ids|no|nr|num|number|name|key|uuid|ref))?`;
/** A value: quoted, or up to the next separator. Marks of the miner or of an earlier rule do not match. */
const VALUE = String.raw`("[^"\n]{1,100}"|'[^'\n]{1,100}'|[^\s"',;&<>\[\]{}()⟨⟩]{1,100})`;
const GROUPS = String.raw`(?:[\da-f]{1,4}:){0,6}`;
const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
/** A word that contains a digit. */
const NUMBERED_NAME = String.raw`(?=[\w-]{0,40}\d)([\w-]{1,64})(?![\w.])`;

/** Addresses of the network. */
const IP_RULES = readyRules([
  {
    kind: "ip",
    needs: ["."],
    digits: 4,
    find: new RegExp(String.raw`(?<![\w.])${OCTET}(?:\.${OCTET}){3}(?![\w]|\.\d)`, "g"),
  },
  // Eight groups, or groups with a "::". They must contain a digit, because "::" separates names in code too.
  { kind: "ip", needs: [":"], find: /(?<![\w:.])(?:[\da-f]{1,4}:){7}[\da-f]{1,4}(?![\w:])/gi },
  {
    kind: "ip",
    needs: ["::"],
    find: new RegExp(
      String.raw`(?<![\w:.])(?=[\da-f:]{0,38}\d)${GROUPS}(?:[\da-f]{1,4})?::${GROUPS}[\da-f]{1,4}(?![\w:])`,
      "gi",
    ),
  },
]);
const MAC_RULES = readyRules([
  {
    kind: "mac",
    needs: [":", "-"],
    find: /(?<![\w:-])(?:[\da-f]{2}(?<gap>[:-]))(?:[\da-f]{2}\k<gap>){4}[\da-f]{2}(?![\w:-])/gi,
  },
]);

/** Masks addresses of the network, where that is wanted. */
export function redactAddresses(text: string, mark: Mark, { ip, mac }: { ip: boolean; mac: boolean }): string {
  const masked = ip ? applyRules(IP_RULES, text, mark) : text;
  return mac ? applyRules(MAC_RULES, masked, mark) : masked;
}

/** Every pattern is linear in the text: repeats are bounded, or cannot overlap what follows. */
const RULES: readonly Rule[] = [
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
  // A plain word after a colon is prose: "user: not found".
  {
    find: new RegExp(String.raw`((?<![a-z0-9])${PERSON}${PART}["']?[ \t]{0,3}:[ \t]{0,3})${VALUE}`, "gi"),
    put: (found, name = "", value = "") => (isMark(value) || !/["'\d@]/.test(value) ? found : `${name}⟨user⟩`),
  },
  {
    find: new RegExp(
      String.raw`((?<![a-z0-9])${PERSON}${PART}[ \t]{1,3}(?:id[ \t]{1,3})?(?:#[ \t]{0,3})?)${NUMBERED_NAME}`,
      "gi",
    ),
    put: (_, name = "") => `${name}⟨user⟩`,
  },
];

/** A mark that the miner or an earlier rule put in place of a value, or a word that is never a value. */
const isMark = (value: string): boolean =>
  /^["']?(?:\*+|<[^<>]*>|null|none|nil|undefined|true|false)["']?$/i.test(value);

/**
 * Masks what `redactSecrets` masks, and also what identifies a person: IP addresses, telephone numbers, user names and
 * ids. Use it for data that outlives its incident. Reports keep addresses, because people need them to understand the
 * incident. Masking masked text changes nothing.
 */
export const redactPersonal = (text: string): string =>
  RULES.reduce(
    (masked, { find, put }) => (typeof put === "string" ? masked.replace(find, put) : masked.replace(find, put)),
    redactAddresses(redactSecrets(text), plainMark, { ip: true, mac: false }),
  );
