import { isCount, isPlaceholder } from "./redact-judge.ts";
import { FINDING } from "./redact-named.ts";
import { anyOf, type MaskRule } from "./redact-rule.ts";
import { PASSWORD, PASSWORD_NEEDS } from "./redact-words.ts";

// Passwords in sentences.

const WRONG = anyOf(
  "incorrect[aeo]?|wrong|invalid[ao]?|bad|falsch|ungültig|incorrecte|inválid[ao]|errad[ao]|sbagliata|errata|onjuist|fel",
);
/** Words behind "password" that say what happened to it. */
const STATES: ReadonlySet<string> = new Set(
  [
    "authentication auth check hash reset change policy manager encoder for of rotation expiry expire expired",
    "update lookup verification falsch ungültig abgelaufen geändert zurückgesetzt änderung incorrect",
    "incorrecte incorrecta errada invalide oublié field file and or in on to with from by does did must should",
    "cannot can will may at protected length history complexity prompt provided given entered set store entry",
    "based only login",
  ]
    .join(" ")
    .split(" "),
);
const isState = (value: string): boolean => STATES.has(value.replaceAll(/^["']|["':.,]+$/g, "").toLowerCase());

export const PROSE_RULES: readonly MaskRule[] = [
  // wrong password "hunter"; password was 'hunter'; パスワード「hunter」
  {
    kind: "secret",
    needs: PASSWORD_NEEDS,
    find: new RegExp(
      [
        String.raw`(?<before>${PASSWORD}(?: (?:is|was|ist|war|est|es|é|given|entered|used|tried|value))`,
        String.raw`{0,2}[ \t:]{0,2})(?<value>"[^"\n⟨⟩]{3,200}"|'[^'\n⟨⟩]{3,200}'|「[^」\n⟨⟩]{3,200}」|[“„]`,
        String.raw`[^”“\n⟨⟩]{3,200}[”“]|«[^»\n⟨⟩]{3,200}»)`,
      ].join(""),
      "giu",
    ),
    accepts: (value) => !isPlaceholder(value) && !/^["'][\s,;:)\]}=+]/.test(value),
  },
  // the password for svc-report is hunter
  {
    kind: "secret",
    needs: PASSWORD_NEEDS,
    find: new RegExp(
      [
        String.raw`(?<before>${PASSWORD} (?:for|of|to|on|für|von|de|del|para|pour|do|voor) [^\s]{1,64} `,
        String.raw`(?:is|was|ist|war|lautet|est|es|é)(?: now)?:? )(?<value>[^\s⟨⟩]{3,200})`,
      ].join(""),
      "giu",
    ),
    accepts: (value) =>
      !isPlaceholder(value) && !/^(?:not|too|now|being|about|going|set|still|already|only|wrong)$|ed\W*$/i.test(value),
  },
  // Contraseña incorrecta: hunter
  {
    kind: "secret",
    needs: PASSWORD_NEEDS,
    find: new RegExp(
      [
        String.raw`(?<before>${PASSWORD} ${WRONG} ?[:=：] ?)(?<value>"[^"\n]+"|'[^'\n]+'|[^\s"',;&<>\[\]`,
        String.raw`{}()⟨⟩]{3,200})(?=[\s"',;)\]]|$)`,
      ].join(""),
      "giu",
    ),
    accepts: (value) => !isPlaceholder(value) && !isState(value),
  },
  // Passwort hunter für Benutzer ada; item password Hunter2
  {
    kind: "secret",
    needs: PASSWORD_NEEDS,
    find: new RegExp(
      [
        String.raw`(?<before>(?<![\p{L}\d])${PASSWORD}[ \t]+)(?<value>[^\s"'=:;,<>{}()\[\]⟨⟩]{4,100})(?`,
        String.raw`= (?:for|für|pour|para|per|voor|för|dla|для)(?: |$)|[ \t]*$)`,
      ].join(""),
      "giu",
    ),
    accepts: (value, before) =>
      !isPlaceholder(value) &&
      !isState(value) &&
      !isCount(value) &&
      (/^(?:pass(?:word|wd|phrase|code)?|pwd)\s/i.test(before) ? /\d|\p{Lu}/u.test(value) : true),
  },
  // A whole line of YAML or of properties: the value goes on to its end.
  {
    kind: "secret",
    needs: [...PASSWORD_NEEDS, "secret"],
    find: new RegExp(
      [
        String.raw`(?<before>^[ \t]*(?:- )?(?:[\w-]{1,40}\.){0,4}(?:[\w-]{1,40}[_-])?(?:${PASSWORD}|sec`,
        String.raw`ret): )${FINDING}(?<value>[^\s"'{}\[\]<>|=:⟨⟩$&*#][^\n"'{}\[\]<>|=:⟨⟩#]{3,200}?)(?=[`,
        String.raw` \t]*(?:#|$))`,
      ].join(""),
      "gimu",
    ),
    accepts: (value) => / /.test(value) && !isPlaceholder(value),
  },
];
