import { isCount, isHighEntropy, isMixed, isPlaceholder, isProse } from "./redact-judge.ts";
import { anyOf, type MaskRule } from "./redact-rule.ts";
import { FOREIGN_KEY, FOREIGN_KEY_NEEDS, PASSWORD, PASSWORD_NEEDS } from "./redact-words.ts";

// Credentials that are known by the name beside them.

/** Names whose value is always secret. */
export const STRONG = anyOf(
  String.raw`secret|api[_-]?key|(?:account|licen[cs]e)[_-]?key|subscription[_-]?key`,
  [
    String.raw`(?:validation|decryption|app(?:lication)?|data)[_-]?key|secret_key_base|security[_-]`,
    String.raw`?(?:answer|credentials)|(?:recovery|backup)[_-]?codes?`,
  ].join(""),
  String.raw`(?:smtp|db|user|admin|root|ftp|ldap|mail|redis|mysql|pg|svc|proxy|http)[_-]?pass`,
  String.raw`(?:secret[_-]?)?access[_-]?key(?:[_-]?id)?|private[_-]?key|(?:signing|encryption|master|shared)[_-]?key`,
  String.raw`(?:access|auth|refresh|id|session|csrf|xsrf|bearer|bot|api|deploy|service)[_-]?token|client[_-]?secret`,
  PASSWORD,
  FOREIGN_KEY,
);
const STRONG_NEEDS = [
  "secret",
  "key",
  "token",
  "answer",
  "credentials",
  "codes",
  "_code",
  ...PASSWORD_NEEDS,
  ...FOREIGN_KEY_NEEDS,
];
/** Names that also appear before counts and prose: "tokens: 4096", "session: closed". */
export const WEAK = anyOf(
  "token|auth(?:orization)?|credentials?|cookie|sig(?:nature)?",
  "session(?:[_-]?id)?|(?:php|asp|j|connect[.])?sess(?:ion)?id|connect[.]sid|(?<![a-z])sid|jsessionid",
);
const WEAK_NEEDS = ["token", "auth", "credential", "cookie", "sig", "sess", "sid"];
/**
 * Text allowed between name and value. A longer name must still name a secret: `secret_name` and `token_count` do not.
 */
const GIVEN = [
  String.raw`(?:[_-]?(?:key|value|text|hash|\d{1,3}))?\\{0,3}["']?`,
  String.raw`[ \t]{0,3}(?:=>|->|:=|[:=：＝])[ \t]{0,3}[[(]?(?:\\{1,3}(?="))?`,
].join("");
/** Matches the whole value, whatever its length, and with or without a closing quote: no tail of a secret may stay. */
const VALUE = String.raw`(?<value>"[^"\n]+"?|'[^'\n]+'?|(?!\x60)[^\s"',;&<>\[\]{}()⟨⟩]{3,})`;

/** An ARN, or a metric of Kubernetes, holds the name of a secret. */
const NO_NAME_OF_SECRET = String.raw`(?<!\d{12}:)(?<!\bkube_\w{1,40}\{[^{}\n]{0,200})`;

/**
 * What Causeway's own findings say about an entity, whose name may look like that of a secret: "auth: http.errors rose
 * from 0 to 7".
 */
export const FINDING = String.raw`(?!(?:\S{1,200} (?:per second )?(?:rose from|fell from|reached) \d|alert "))`;

/** Codes that are used once. Shorter than other secrets, so that only a number counts. */
const ONE_TIME = anyOf(
  [
    String.raw`otp|totp|2fa|mfa|one[ _-]?time[ _-]?(?:pass)?(?:code|word|pin)|(?:verification|confirmation|secu`,
    String.raw`rity|auth|login|sms|access)[ _-]?code`,
  ].join(""),
  [
    String.raw`(?:sms|card|account)?[_-]?pin|cvv2?|cvc2?|(?<![a-z])tan|bestätigungscode|code de (?:vérification`,
    String.raw`|confirmation)|código de verificación|codice di verifica|код подтверждения|验证码|認証コード`,
  ].join(""),
);

/** After the names whose rules above leave a value: prose, counts, ids of a known form. */
const isShowable = (value: string, before: string): boolean =>
  isPlaceholder(value) ||
  isCount(value) ||
  isProse(before, value) ||
  (/sess/i.test(before) && /^["']?[a-z]{1,8}[_-]{1,2}\d+["']?$/i.test(value)) ||
  (/sig/i.test(before) && / /.test(value)); // the words that a rule looks for

export const NAMED_RULES: readonly MaskRule[] = [
  // A name and its value as two fields: {"name":"API_TOKEN","value":"…"}.
  {
    kind: "secret",
    needs: ["value"],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:name|key)\\{0,3}["']?[ \t]{0,3}[:=][ \t]{0,3}\\{0,3}["']?(?:\w{1,40}[_.-])?(?:`,
        String.raw`${STRONG}|token)\\{0,3}["']?(?:[ \t]{0,3},[ \t]{0,3}|[ \t]{0,3}\r?\n[ \t]{0,20})\\{0,3}["']?valu`,
        String.raw`e\\{0,3}["']?[ \t]{0,3}[:=][ \t]{0,3}(?:\\{1,3}(?="))?)${VALUE}`,
      ].join(""),
      "gi",
    ),
    accepts: (value) => !isPlaceholder(value),
  },
  {
    kind: "secret",
    needs: ["digest"],
    find: /(?<before>\bdigest\b[^\n]{0,400}?\bresponse=)(?<value>"[^"\n]+"?)/gi,
  },
  // "key" alone is the name of many things; only a random value makes it a credential.
  {
    kind: "secret",
    needs: ["key"],
    find: new RegExp(
      `(?<before>(?:(?<=[a-z0-9])Key|(?<![a-z0-9])key|(?<=[a-z0-9])_?KEY)${GIVEN})(?<value>["']?[A-Za-z0-9+/=~]{16,200}["']?)(?![\\w.-])`,
      "g",
    ),
    accepts: (value) => isMixed(value),
  },
  {
    kind: "secret",
    needs: STRONG_NEEDS,
    find: new RegExp(`(?<before>${NO_NAME_OF_SECRET}${STRONG}${GIVEN})${FINDING}${VALUE}`, "gi"),
    accepts: (value, before) =>
      !isPlaceholder(value) && !(/pwd\W{1,6}$/i.test(before) && /^["']?(?:\/[\w.-]+){2,}/.test(value)),
  },
  // The other items of a list whose first one was masked
  {
    kind: "secret",
    needs: ["codes", "passwords", "secrets", "keys"],
    find: /(?<before>\[⟨secret[^⟩\n]{0,40}⟩,\s?)(?<value>["'][^\]\n⟨⟩]{3,2000}["'])(?=\])/gi,
  },
  {
    kind: "secret",
    needs: WEAK_NEEDS,
    find: new RegExp(`(?<before>(?<![a-z])${WEAK}${GIVEN})${FINDING}${VALUE}`, "gi"),
    accepts: (value, before) => !isShowable(value, before),
  },
  {
    kind: "secret",
    needs: ["-"],
    find: new RegExp(String.raw`(?<before>(?<![\w-])--?(?:[\w-]{1,30}-)?(?:${STRONG}|token)[ \t]+)${VALUE}`, "gi"),
    accepts: (value) => !value.startsWith("-") && !isPlaceholder(value),
  },
  {
    kind: "secret",
    needs: [...STRONG_NEEDS, ...WEAK_NEEDS],
    find: new RegExp(
      [
        String.raw`(?<before>(?:${STRONG}|${WEAK})(?:[ \t](?:is|was|ist|est|es))?(?:[ \t"'([:=#]{1,5}|[ \t"':=]`,
        String.raw`{0,4}\r?\n[ \t]{0,12}))(?<value>[\w+/=.~-]{12,200})`,
      ].join(""),
      "gi",
    ),
    accepts: (value) => isHighEntropy(value) && !isCount(value),
  },
  {
    kind: "otp",
    needs: "otp|2fa|mfa|code|time|pin|cvv|cvc|tan|código|код|验证|認証".split("|"),
    find: new RegExp(
      [
        String.raw`(?<before>(?<![a-z])${ONE_TIME}(?:[ _-]?code)?["']?(?:[ \t]{0,2}(?:[:=：]|is|was|ist|lautet|est|e`,
        String.raw`s)[ \t]{0,2}|[ \t#]{1,2}))(?<value>["']?\d{3}[ -]?\d{1,5}["']?)(?![\w.:-])`,
      ].join(""),
      "gi",
    ),
    accepts: (_, before) => !/(?:pin|tan|2fa|mfa|access[ _-]?code|auth[ _-]?code)[ \t]+$/i.test(before),
  },
  // A value of its own form beside a name that is followed by other words: "the token for orders was 9f3k…".
  {
    kind: "secret",
    needs: [...STRONG_NEEDS, ...WEAK_NEEDS],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:${STRONG}|token|credentials?)\b(?:[ \t]+[a-z]{1,16}){1,3}[ \t:='"]{1,4})(?<value>`,
        String.raw`[\w+/=~]{16,200})(?![\w-])`,
      ].join(""),
      "gi",
    ),
    accepts: (value) => isMixed(value),
  },
  {
    kind: "otp",
    needs: ["code", "otp", "2fa", "mfa"],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:(?:your|ihr|votre|tu|su) (?:\w{1,16} ){0,2}code (?:is|lautet|est|es)[: ]{1,2}|`,
        String.raw`(?:t?otp|mfa|2fa)\b[^\n]{1,40}\bcode["']?[=: ]{1,3}["']?))(?<value>\d{4,8})(?![\w-])`,
      ].join(""),
      "gi",
    ),
  },
  {
    kind: "otp",
    needs: ["code"],
    find: /(?<![\w.:-])(?<value>\d{4,8})(?= is (?:your|the) (?:[\w-]{1,16} ){0,3}code\b)/gi,
  },
];
