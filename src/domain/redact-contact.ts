import { anyOf, type MaskRule } from "./redact-rule.ts";

// Addresses and numbers at which a person is reached.

/** Types of systemd's units: `postgresql@14-main.service` is no address. No mail domain ends so. */
const UNIT_TYPES = new Set("service socket timer slice scope mount automount swap target device path conf".split(" "));
/** A program on a numbered host: `httpd@lb01`. */
const INSTANCE = /^[a-z][a-z0-9_-]*@[a-z-]{1,20}\d{1,3}$/;

/** Letters and digits only. */
export const compact = (value: string): string => value.replaceAll(/[^\p{L}\d+]/gu, "").toUpperCase();

/** Country codes of ITU-T E.164. A number with another one is something else, such as a time zone. */
const CALLING_CODE = anyOf(
  "1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]",
  String.raw`2[1-69]\d|3[578]\d|42\d|5[09]\d|6[789]\d|8[058]\d|9[679]\d`,
);
const PHONE_NAME = anyOf(
  [
    "phone(?:[ _-]?(?:no|nr|number))?|t[eé]l(?:efon|efono|éfono|[ée]phone|efone|efoon)?(?:n(?:umme)?r",
    "|[ _-]?(?:no|nr|number))?",
  ].join(""),
  [
    "mobile(?:[ _-]?(?:no|number|phone))?|cell(?:[ _-]?phone)?|handy(?:nummer|nr)?|fax|msisdn|whats-?",
    "app|rufnummer|móvil|celular|portable|caller(?:[ _-]?id)?|sms to|call(?:ed|ing)?|contact(?:[ _-]?",
    "(?:no|number))?",
  ].join(""),
  "телефон|номер телефона|电话|電話|手机|電話番号|전화(?:번호)?",
);
const PHONE_NEEDS = [
  "phone|tel|tél|mobile|cell|handy|fax|msisdn|whats|rufnummer|móvil|celular|portable|call|sms|conta",
  "ct|телефон|电|電|手机|전화",
]
  .join("")
  .split("|");
/** What may stand between the name of a number and the number. */
export const AFTER_NAME = String.raw`\\{0,3}["']?[ \t]{0,3}(?:=>|[:=：＝.#]|is|was|to|from)?[ \t]{0,3}\\{0,3}["']?`;

export const CONTACT_RULES: readonly MaskRule[] = [
  {
    kind: "email",
    needs: ["@"],
    find: new RegExp(
      [
        String.raw`(?<value>[\p{L}\w.%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}(?<ending>xn--[a-z0-9-]{2,30}|\p{L}`,
        String.raw`{2,24}))(?![\w-]|\.\w)`,
      ].join(""),
      "giu",
    ),
    accepts: (value) => !UNIT_TYPES.has(value.slice(value.lastIndexOf(".") + 1).toLowerCase()) && !/^git@/i.test(value),
    spelling: (value) => value.toLowerCase(),
  },
  {
    kind: "email", // cut off
    needs: ["…"],
    find: /[\w.%+-]{1,64}@[a-z][a-z0-9.-]{0,63}(?=…)/gi,
    accepts: (value) => !INSTANCE.test(value),
    spelling: (value) => value.toLowerCase(),
  },
  // "user [at] example [dot] com"
  {
    kind: "email",
    needs: ["[at]", "(at)", " at "],
    find: /\b[\w.+-]{1,64} ?(?:\[at\]|\(at\)) ?[a-z0-9-]{1,63}(?: ?(?:\.|\[dot\]|\(dot\)) ?[a-z]{2,24}){1,3}/gi,
    spelling: (value) => value.toLowerCase(),
  },
  {
    kind: "phone",
    needs: ["+", "00"],
    digits: 8,
    find: new RegExp(
      [
        String.raw`(?<![\w.:+-])(?:\+|00(?=[1-9]\d{0,2}[ .(-]))${CALLING_CODE}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d(?:`,
        String.raw`[ .-]?\d){5,11}(?![\w:/-]|\.\d| (?:bytes?|[kMGT]i?B|rows?|times|ms|records?|messages?|items?)\b)`,
      ].join(""),
      "g",
    ),
    spelling: compact,
  },
  // A cell of a row that also holds an address of e-mail
  {
    kind: "phone",
    needs: ["@", "⟨email"],
    digits: 9,
    find: new RegExp(
      [
        String.raw`(?<before>⟨email[^⟩]{0,30}⟩["']?[,;|\t][^\n]{0,60}?["']?)(?<=[,;|\t]["']?)(?<value>0`,
        String.raw`\d{2,4}[ /-]?\d{6,8})(?=["']?(?:[,;|\t]|$))`,
      ].join(""),
      "gm",
    ),
    spelling: compact,
  },
  {
    kind: "phone",
    needs: ["sip:", "sips:", "tel:", "whatsapp:", "sms:"],
    digits: 7,
    find: /(?<before>\b(?:sips?|tel|whatsapp|sms):)(?<value>\+?\d{7,15})(?![\w.-])/gi,
    spelling: compact,
  },
  {
    kind: "phone",
    needs: ["("],
    find: /(?<![\w.-])\([2-9]\d{2}\) ?[2-9]\d{2}[ .-]\d{4}(?![\w-]|\.\d)/g,
    spelling: compact,
  },
  {
    kind: "phone",
    needs: [],
    digits: 10,
    find: new RegExp(
      [
        String.raw`(?<!\b(?:part|range|chunk|build|rule|order|ticket|version|block|case|ref) )(?<![\w.+`,
        String.raw`:/-])(?:1[-. ])?[2-9]\d{2}(?<gap>[-.])[2-9]\d{2}\k<gap>\d{4}(?![\w:/-]|\.\d)`,
      ].join(""),
      "g",
    ),
    spelling: compact,
  },
  {
    kind: "phone",
    needs: PHONE_NEEDS,
    digits: 7,
    find: new RegExp(
      [
        String.raw`(?<before>(?<![\p{L}\d])(?:[\w]{1,20}[_-])?${PHONE_NAME}${AFTER_NAME})(?<value>\+?\(?\d{1,5}\)?`,
        String.raw`(?:[ ./-]{0,2}\(?\d{1,5}\)?){1,6})(?![\p{L}\d_:%]|\.\d)`,
      ].join(""),
      "giu",
    ),
    accepts: isDialled,
    spelling: compact,
  },
  {
    kind: "phone",
    needs: ["(phone", "(tel", "(mobil", "(handy", "(fax"],
    digits: 7,
    find: /(?<![\w.:+-])\+?\d{2,5}(?:[ ./-]\d{2,8}){1,5}(?= ?\((?:phone|tel|mobil|handy|fax))/gi,
    spelling: compact,
  },
];

/** Between 7 and 15 digits, and not the times, sizes and counts that also follow such words. */
function isDialled(value: string): boolean {
  const digits = value.replaceAll(/\D/g, "");
  if (digits.length < 7 || digits.length > 15) return false;
  return (
    !/^(?:19|20)\d\d-\d\d/.test(value) &&
    !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(value) &&
    !/^1[4-9]\d{8}(?:\d{3})?$/.test(value)
  );
}
