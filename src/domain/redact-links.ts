import { isMixed } from "./redact-judge.ts";
import { type MaskRule } from "./redact-rule.ts";

// Tokens in addresses: whoever has the address is let in.

export const LINK_RULES: readonly MaskRule[] = [
  // What OAuth and mailed links put into addresses and forms
  {
    kind: "token",
    needs: ["code", "?t=", "&t=", "ticket", "otk=", "assertion", "?k=", "&k=", "invit", "magic"],
    find: new RegExp(
      [
        String.raw`(?<before>[?&\s"](?:code(?:_verifier)?|t|k|ticket|otk|invit\w{0,10}|magic\w{0,10}|(?`,
        String.raw`:client_|device_)?assertion|device_code|user_code)=)(?<value>[\w.~+/%-]{20,2000})`,
      ].join(""),
      "gi",
    ),
    accepts: (value) => isMixed(value),
  },
  {
    kind: "token",
    needs: ["code"],
    find: /(?<before>\bcode ["']?)(?<value>[\w-]{20,200})(?![\w.-])/gi,
    accepts: (value) => isMixed(value),
  },
  // Mailed links: /reset/4f1c…
  {
    kind: "token",
    needs: [
      "/reset",
      "/login/",
      "/magic",
      "/invite",
      "/confirm",
      "/verify",
      "/activate",
      "/unsubscribe",
      "/signin",
      "/recover",
    ],
    find: new RegExp(
      [
        String.raw`(?<before>\/(?:password[_-]?reset|reset(?:[_-]?password)?|login|magic(?:[_-]?link)?|`,
        String.raw`invit\w{1,8}|confirm\w{0,9}|verify\w{0,8}|activat\w{1,4}|unsubscribe|sign[_-]?in|rec`,
        String.raw`over)\/)(?<value>[\w-]{20,400})(?![\w-])`,
      ].join(""),
      "gi",
    ),
    accepts: (value) => isMixed(value) || /^[\da-f]{32,}$/i.test(value),
  },
];
