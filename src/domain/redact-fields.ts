import { anyOf, type MaskRule } from "./redact-rule.ts";

// Personal data in plain words: only the name of its field shows it.

const GIVEN = String.raw`\\{0,3}["']?[ \t]{0,3}(?:=>|[:=：＝])[ \t]{0,3}`;
/** One to four words that begin with a capital, or letters without case; or any text in quotes. */
const PERSON_NAME = [
  String.raw`(?:\\{0,3}"[^"\n\\⟨⟩]{2,80}\\{0,3}"|'[^'\n⟨⟩]{2,80}'`,
  [
    String.raw`|(?:\p{Lu}|\p{Lo})[\p{L}'’.-]{0,30}(?: (?:(?:van|von|de|der|del|di|da|al|el|bin|la|le) ){0,2}`,
    String.raw`\p{Lu}[\p{L}'’.-]{0,30}(?![\p{L}'’.-]|[ \t]?[=:])){0,3})`,
  ].join(""),
].join("");
/** `name` alone is no such field: pods have names too. */
const NAME_FIELD = anyOf(
  "(?:first|last|full|given|family|middle|maiden|real|sur|legal|birth)[ _-]?name|forename|surname",
  [
    "(?:customer|client|patient|passenger|guest|cardholder|card[ _-]?holder|account[ _-]?holder|emplo",
    "yee|beneficiary|recipient|sender|contact|billing|shipping|student|applicant|subscriber)[ _-]?",
    "(?:full[ _-]?)?name|card[ _-]?holder|account[ _-]?holder|name[ _-]on[ _-]card",
  ].join(""),
  [
    "vorname|nachname|familienname|karteninhaber|kontoinhaber|pr[ée]nom|nom(?: de famille)?|nombre(?:",
    " completo)?|apellidos?|cognome|sobrenome|voornaam|achternaam|imi(?:ę|e)|nazwisko",
  ].join(""),
  "имя|фамилия|фио|отчество|姓名|名字|氏名|お名前|이름|성명",
);
const NAME_NEEDS =
  "name|holder|inhaber|nom|apellido|naam|imi|nazwisko|имя|фамилия|фио|отчество|姓名|名字|氏名|名前|이름|성명".split(
    "|",
  );

const BIRTH_FIELD = anyOf(
  "(?:date[ _-]?of[ _-]?)?birth(?:[ _-]?(?:date|day))?|dob|born(?: on)?|geb(?:oren|urtsdatum|urtstag|\\.)(?: am)?",
  [
    "(?:date de )?naissance|n[ée]e? le|(?:fecha de )?nacimiento|(?:data di )?nascita|(?:data de )?nas",
    "cimento|geboortedatum|data urodzenia|fødselsdato|födelsedatum",
  ].join(""),
  "дата рождения|出生日期|生年月日|생년월일",
);
const BIRTH_NEEDS = [
  "birth|dob|born|geb|naissance|né|ne le|nee le|nacimiento|nasc|geboorte|urodzenia|fødsel|födelse|р",
  "ождения|出生|生年|생년",
]
  .join("")
  .split("|");
const MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez|mär)[a-zé]{0,7}";
const DATE = anyOf(
  String.raw`(?:19|20)\d\d[-/.]?[01]\d[-/.]?[0-3]\d(?!\d)`,
  String.raw`[0-3]?\d[-/.][0-3]?\d[-/.](?:19|20)?\d\d(?!\d)`,
  [
    String.raw`[0-3]?\d(?:st|nd|rd|th|\.)?[ -]${MONTH}\.?,?[ -](?:19|20)\d\d|${MONTH}\.? [0-3]?\d(?:st|nd|rd|th`,
    String.raw`)?,? (?:19|20)\d\d`,
  ].join(""),
  String.raw`(?:19|20)\d\d ?[年년] ?[01]?\d ?[月월] ?[0-3]?\d ?[日일]?`,
);

const STREET_WORD = anyOf(
  [
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Terrace|Way|Plac",
    "e|Pl|Close|Crescent|Parkway|Pkwy|Highway|Hwy",
  ].join(""),
);
const STREET = anyOf(
  // 12 Main Street
  String.raw`\d{1,5}[A-Za-z]?,? (?:[NSEW]\.? )?(?:\p{Lu}[\p{L}'’.-]{1,24} ){1,3}${STREET_WORD}\b\.?`,
  // Hauptstraße 5, Am Alten Markt 5
  [
    String.raw`(?:\p{Lu}[\p{L}-]{1,24}\.? ?){1,3}(?<=stra(?:ß|ss)e|str\.|[Ss]tr\.|weg|gasse|platz|allee|ufer|da`,
    String.raw`mm|laan|straat|vägen|gatan|[Ss]tra(?:ß|ss)e) ?\d{1,4}[a-z]?\b`,
  ].join(""),
  // 5, rue de la Paix; Calle Mayor 5; Via Roma 5
  [
    String.raw`\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|impasse|quai|allée) (?:(?:de|du`,
    String.raw`|des|la|le|les|d['’]|l['’]) ?){0,3}\p{Lu}[\p{L}'’-]{1,24}`,
  ].join(""),
  [
    String.raw`(?:Calle|Avenida|Av\.|Paseo|Plaza|Via|Viale|Piazza|Corso|Rua|Praça|Ulica|ul\.|ул\.|улица) (?:`,
    String.raw`(?:de|del|la|las|los|da|do|dos|di|della) ){0,2}(?:\p{Lu}[\p{L}'’-]{1,24},? ){1,3}(?:nº ?|n\.? ?|`,
    String.raw`д\. ?)?\d{1,4}`,
  ].join(""),
);
const STREET_NEEDS = [
  " street, st, avenue, ave, road, rd, lane, ln, drive, dr, boulevard, blvd, court, ct, square, sq,",
  " terrace, way, place, pl, close, crescent, parkway, pkwy, highway, hwy,straße,strasse,str.,weg ,",
  "gasse,platz,allee,ufer,damm ,laan ,straat,vägen,gatan,rue ,boulevard,place ,chemin,impasse,quai,",
  "allée,calle,avenida,av.,paseo,plaza,via ,viale,piazza,corso,rua ,praça,ulica,ul.,ул.,улица",
]
  .join("")
  .split(",");
/** A postcode with its town behind a street. */
const TOWN = [
  String.raw`(?:,? (?:\p{Lu}[\p{L}.'’-]{1,24}(?: \p{Lu}[\p{L}.'’-]{1,24}){0,2},? ?)?(?:[A-Z]{2} )?(?:[A-Z]`,
  String.raw`{1,2}-?)?\d{4,6}(?:-\d{4})?(?: \p{Lu}[\p{L}-]{1,24}){0,2}|,? [A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|,`,
  String.raw` \p{Lu}\p{L}{2,24})?`,
].join("");
const ADDRESS_FIELD = anyOf(
  [
    "(?:street|postal|home|billing|shipping|delivery|mailing|residential|work|customer|contact)[ _-]?",
    "address(?:[ _-]?line)?(?:[ _-]?\\d)?|address(?:[ _-]?line)?[ _-]?\\d|street(?:[ _-]?name)?",
  ].join(""),
  [
    "(?:liefer|rechnungs|post|wohn)?(?:adresse|anschrift)|stra(?:ß|ss)e|wohnort|domicile|direcci(?:ó|",
    "o)n|domicilio|indirizzo|endereço|adres|адрес|住所|地址|주소",
  ].join(""),
);
const ADDRESS_NEEDS = [
  "address|street|adresse|anschrift|straße|strasse|wohnort|domicil|direcci|indirizzo|endereço|adres",
  "|адрес|住所|地址|주소",
]
  .join("")
  .split("|");

/** Personal data beside the names of their fields, and streets with their house numbers. */
export const FIELD_RULES: readonly MaskRule[] = [
  {
    kind: "birth-date",
    needs: BIRTH_NEEDS,
    digits: 4,
    find: new RegExp(
      [
        String.raw`(?<before>(?<![\p{L}\d])(?:[a-z]{1,12}_)?${BIRTH_FIELD}(?:${GIVEN}|[ \t]{1,3}(?:is |was |ist |on`,
        String.raw` )?)\\{0,3}["']?)(?<value>${DATE})`,
      ].join(""),
      "giu",
    ),
  },
  // A row that Postgres refuses: only the date of birth lies that far back.
  {
    kind: "birth-date",
    needs: ["failing row"],
    find: /(?<before>\bFailing row contains \([^\n]{0,1000}?[, ])(?<value>19[2-9]\d-[01]\d-[0-3]\d)(?=[,)])/g,
  },
  {
    kind: "name",
    needs: NAME_NEEDS,
    find: new RegExp(
      String.raw`(?<before>(?<![\p{L}\d])(?:[Uu]ser_)?${caseless(NAME_FIELD)}${GIVEN})(?<value>${PERSON_NAME})`,
      "gu",
    ),
    accepts: (value) =>
      /\p{L}/u.test(value) &&
      !/[/_@]|\d{3}|\p{Ll}\.\p{L}\p{Ll}/u.test(value) &&
      !/^\\*["']?(?:null|none|undefined|true|false)\\*["']?$/i.test(value),
  },
  {
    kind: "address",
    needs: ADDRESS_NEEDS,
    find: new RegExp(
      [
        String.raw`(?<before>(?<![\p{L}\d])(?:[a-z]{1,12}_)?${ADDRESS_FIELD}${GIVEN})(?<value>\\{0,3}"[^"\n\\⟨⟩]`,
        String.raw`{4,160}\\{0,3}"|'[^'\n⟨⟩]{4,160}'|[^\n"'=;|{}⟨⟩]{4,100}?(?=[;|}\n]|$|,? \w{1,24}=))`,
      ].join(""),
      "giu",
    ),
    accepts: isPostal,
  },
  {
    kind: "address",
    needs: STREET_NEEDS,
    digits: 1,
    find: new RegExp(String.raw`(?<![\p{L}\d])${STREET}${TOWN}`, "gu"),
  },
];

/** Letters, a number and a blank, or letters without case; but not the address of a host, a process or memory. */
function isPostal(value: string): boolean {
  if (/\d{1,3}(?:\.\d{1,3}){3}|:\/\/|\b0x|[\w-]+\.[\w-]+\.[a-z]{2,}|:\d{2,5}\b|@/i.test(value)) return false;
  return /\p{Lo}{3}/u.test(value) || (/\p{L}{3}/u.test(value) && /\d/.test(value) && / /.test(value.trim()));
}

/** Lets the fields' names match in either case where the values' case counts. */
function caseless(pattern: string): string {
  return pattern.replaceAll(/(?<!\\)(?<!\[)\p{Ll}(?![^[]*\])/gu, (letter) => `[${letter}${letter.toUpperCase()}]`);
}
