import { isPersonLike } from "./redact-judge.ts";
import { type MaskRule } from "./redact-rule.ts";

// Names of people where the field may also hold the name of a thing: only a value that looks like a person's counts.

const GIVEN = String.raw`\\{0,3}["']?[ \t]{0,3}(?:=>|[:=：＝])[ \t]{0,3}\\{0,3}["']?`;
const PARTICLE = "(?:(?:van|von|de|der|den|del|di|da|dos|al|el|bin|la|le) ){0,2}";
/** A word that begins with a capital, and no name of a field: `Nachname=`. */
const WORD = String.raw`\p{Lu}[\p{L}'’.-]{0,30}(?![\p{L}'’.-]|["']?[ \t]{0,2}[=:@(])`;
const PERSON = String.raw`(?<value>${WORD}(?: ${PARTICLE}${WORD}){1,3})`;
const ROLE = [
  "recipient|consignee|addressee|contact|customer|client|patient|passenger|guest|pusher|committer|author|owner|sender|",
  "assignee|reporter|requester|approver|attendee|employee|beneficiary|payer|payee|ship[ _-]?to|bill[ _-]?to|buyer|",
  "seller|driver|person|actor|user|manager|supervisor|doctor|nurse|student|teacher|member|holder|billing_details|shipping|",
  "billing|emergency[ _-]?contact|",
  "(?:approved|created|updated|signed|reviewed|assigned)[ _-]?(?:by|to)|",
  "destinatario|destinataire|empfänger|absender|ansprechpartner|kunde|kundin|cliente|odbiorca|получатель|клиент",
].join("");
/** Words before a name in a sentence; fewer, because `user` and `contact` stand before the names of teams too. */
const SPOKEN_ROLE =
  "customer|patient|passenger|guest|employee|student|recipient|cardholder|applicant|kunde|kundin|patientin|cliente";
const FIELD = [
  `(?:(?:${ROLE})[ _.-]?)(?:full|display)?[ _-]?(?:name|person)?|(?:user|app)?[ _-]?display[ _-]?name|common[ _-]?name|`,
  "nom complet|nombre[ _-]?completo|nome[ _-]?completo|vollst(?:ä|ae)ndiger[ _-]?name|volledige[ _-]?naam|",
  "imi(?:ę|e)[ _-]?i[ _-]?nazwisko|ansprechpartner",
].join("");
const NEEDS = [
  ...ROLE.replaceAll(/\(\?:|\)/g, "").split(/\||\[ _-\]\?/),
  ..."display common nom vollst volledige imi".split(" "),
].filter((part) => part.length > 2);
const anyCase = (pattern: string): string =>
  pattern.replaceAll(/(?<!\\)\p{Ll}(?![^[]*\])/gu, (letter) => `[${letter}${letter.toUpperCase()}]`);

export const PEOPLE_RULES: readonly MaskRule[] = [
  // Before an address of e-mail: "Ada Byron" <ada@…>, Ada Byron,ada@…
  {
    kind: "name",
    needs: ["@", "⟨email"],
    find: new RegExp(
      [
        String.raw`(?<![\p{L}\d])${PERSON}(?=["']?(?: ?<| ?\(|["']?[ \t]?[,;|\t][ \t]?["']?)(?:[\p{L}\w`,
        String.raw`.%+-]{1,64}@|⟨email))`,
      ].join(""),
      "gu",
    ),
    accepts: isPersonLike,
  },
  {
    kind: "name",
    needs: NEEDS,
    find: new RegExp(String.raw`(?<before>(?<![\p{L}\d])(?:${anyCase(FIELD)})${GIVEN})${PERSON}`, "gu"),
    accepts: isPersonLike,
  },
  // {"pusher":{"name":"Ada Byron"
  {
    kind: "name",
    needs: ["name"],
    find: new RegExp(
      [
        String.raw`(?<before>(?:${anyCase(ROLE)})\\{0,3}["']?[ ]?[:=][ ]?(?:\{|\n)[^{}]{0,120}?\b[Nn]am`,
        String.raw`e${GIVEN})${PERSON}`,
      ].join(""),
      "gu",
    ),
    accepts: isPersonLike,
  },
  // {"name":"Ada Byron","email":…
  {
    kind: "name",
    needs: ["name"],
    find: new RegExp(
      [
        String.raw`(?<before>\b[Nn]ame${GIVEN})${PERSON}(?=[^{}\n]{0,120}\b(?:e?[Mm]ail|[Pp]hone|iban|I`,
        String.raw`BAN|[Bb]irth)|[^{}\n]{0,60}⟨(?:email|phone|iban))`,
      ].join(""),
      "gu",
    ),
    accepts: isPersonLike,
  },
  // Behind an address of e-mail: ["ada@…", "Ada Byron"
  {
    kind: "name",
    needs: ["@", "⟨email"],
    find: new RegExp(
      String.raw`(?<before>(?:@[\w.-]{3,80}|⟨email[^⟩]{0,20}⟩)\\{0,3}["']?[ \t]?[,;|\t][ \t]?\\{0,3}["']?)${PERSON}`,
      "gu",
    ),
    accepts: isPersonLike,
  },
  // customer Ada Byron; account for Ada Byron; Ada Byron (IBAN …), Ada Byron born …
  {
    kind: "name",
    needs: NEEDS,
    find: new RegExp(String.raw`(?<before>(?<![\p{L}\d])(?:${anyCase(SPOKEN_ROLE)}) )${PERSON}`, "gu"),
    accepts: isPersonLike,
  },
  {
    kind: "name",
    needs: [" for ", " of ", " by "],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:account|order|invoice|payment|booking|policy|appointment|parcel|deliv`,
        String.raw`ery|refund|profile|signed|approved|created) (?:for|of|by) )${PERSON}`,
      ].join(""),
      "gu",
    ),
    accepts: isPersonLike,
  },
  {
    kind: "name",
    needs: ["iban", "born", "geb", "dob", "ssn", "né"],
    find: new RegExp(
      String.raw`(?<![\p{L}\d])${PERSON}(?=,? \(?(?:IBAN|SSN|DOB|dob|born|geb\.|geboren|née?)[ :=.])`,
      "gu",
    ),
    accepts: isPersonLike,
  },
  // {"first":"Ada","last":"Byron"
  {
    kind: "name",
    needs: [`"first`],
    find: /(?<before>"first":\s?)(?<value>"\p{Lu}[^"\n⟨⟩]{1,60}",\s?"last":\s?"\p{Lu}[^"\n⟨⟩]{1,60}")/gu,
  },
  // Parameters of a statement: @p1='Ada Byron'
  {
    kind: "name",
    needs: ["='"],
    find: new RegExp(String.raw`(?<before>@\w{1,40}=')${PERSON}(?=')`, "gu"),
    accepts: isPersonLike,
  },
  {
    kind: "name",
    needs:
      "dear |hello |hi |welcome |hallo |bonjour |hola |ciao |mr|mrs|ms.|dr.|herr |frau |señor|monsieur|madame".split(
        "|",
      ),
    find: new RegExp(
      [
        String.raw`(?<before>(?<![\p{L}\d])(?:Dear|Hello|Hi|Welcome|Hallo|Liebe[r]?|Bonjour|Hola|Ciao|M`,
        String.raw`r\.?|Mrs\.?|Ms\.?|Dr\.|Herrn?|Frau|Señora?|Monsieur|Madame),? )${PERSON}`,
      ].join(""),
      "gu",
    ),
    accepts: isPersonLike,
  },
];
