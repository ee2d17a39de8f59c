import {
  isAadhaar,
  isChineseId,
  isCpf,
  isFinnishId,
  isFrenchId,
  isIban,
  isItalianId,
  isSpanishId,
  isSsn,
  isSwedishId,
  passesLuhn,
} from "./redact-checks.ts";
import { AFTER_NAME, compact } from "./redact-contact.ts";
import { anyOf, type MaskRule } from "./redact-rule.ts";

// Personal data that is known by its form or its checksum.

const DIGIT_START = String.raw`(?<![\w.:/+-])`;
const DIGIT_END = String.raw`(?![\w:/-]|\.\d)`;

/** Names of numbers that states give to people. */
const ID_NAME = anyOf(
  [
    "ssn|social[ _-]?security(?:[ _-]?(?:no|number|nr))?|sin|nino|national[ _-]?(?:insurance|id|ident",
    "ity)(?:[ _-]?(?:card|no|nr|number))?|nhs(?:[ _-]?(?:no|number))?|tax[ _-]?(?:payer[ _-]?)?(?:id|",
    "number)|tfn|itin",
  ].join(""),
  [
    "steuer(?:liche)?[ _-]?(?:id|identifikationsnummer|nummer)|idnr|sozialversicherungsnummer|nir|n°?",
    " ?(?:de )?s[ée]cu(?:rit[ée] sociale)?|insee|num[ée]ro de s[ée]curit[ée] sociale|dni|nie|nif|cpf|",
    "cnpj|pesel|bsn|burgerservicenummer|personnummer|codice fiscale|rut|curp|aadhaar|pan(?:[ _-]?",
    "(?:no|card|number))?|nric|rrn|id card|身份证|身份證|身份证号|マイナンバー|주민등록번호|инн|снилс",
  ].join(""),
);
const ID_NEEDS = [
  "ssn|social|sin|nin|national|nhs|tax|tfn|itin|steuer|idnr|sozial|nir|cu|insee|dni|nie|nif|cpf|cnp",
  "j|pesel|bsn|burger|personnummer|fiscale|rut|curp|aadhaar|pan|nric|rrn|id card|身份|マイナ|주민|инн|снил",
  "с",
]
  .join("")
  .split("|");

/** Beside its name, a number with a mistake in it counts too. */
const isAnyId = (value: string): boolean => /\d{4}/.test(value.replaceAll(/[ .-]/g, ""));

/** Names of numbers that count records, one in ten of which passes Luhn's check. */
const RECORD_ID = [
  String.raw`(?<![a-z])(?:order|trace|span|request|job|block|event|message|build|offset|seq|seque`,
  String.raw`nce|txn|transaction|row|item|record)[ _-]?(?:id|no|nr|number)?\\{0,3}["']?[=:]`,
].join("");
/** Units behind a number: it counts something. */
const NO_UNIT = String.raw`(?! (?:bytes?|[kMGT]i?B|rows?|times|ms|s|records?|messages?|items?|ops|lines?|events?)\b)`;

/** Addresses, numbers and accounts of people. */
export const PERSON_RULES: readonly MaskRule[] = [
  // Numbers of 13 to 16 digits in the ranges of the card networks. Trace ids are longer, and times begin with 1.
  {
    kind: "card",
    needs: [],
    digits: 13,
    find: new RegExp(
      [
        String.raw`(?<before>(?:${RECORD_ID}[=: ]{0,2}\\{0,3}["']?)?)(?<![\w.-])(?<value>(?:4|5[1-5]|2[`,
        String.raw`2-7]|3[0-9]|6[045])(?:[ -]?\d){12,15})(?![\w-]|\.\d)`,
      ].join(""),
      "gi",
    ),
    accepts: (value, before) => before === "" && passesLuhn(value),
    spelling: compact,
  },
  {
    kind: "iban",
    needs: [],
    digits: 6,
    find: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    accepts: isIban,
    spelling: compact,
  },
  {
    kind: "iban", // with a mistake in it, or of a country that is not listed
    needs: ["iban"],
    find: new RegExp(
      [
        String.raw`(?<before>\biban["']?[ \t]{0,2}[:=]?[ \t]{0,2}["']?)(?<value>[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9])`,
        String.raw`{10,30})(?![A-Za-z0-9])`,
      ].join(""),
      "gi",
    ),
    spelling: compact,
  },
  {
    kind: "national-id",
    needs: [],
    digits: 9,
    find: new RegExp(String.raw`${DIGIT_START}\d{3}(?<gap>[- ])\d{2}\k<gap>\d{4}${DIGIT_END}${NO_UNIT}`, "g"),
    accepts: isSsn,
    spelling: compact,
  },
  {
    kind: "national-id",
    needs: [],
    digits: 15,
    find: /(?<![\w.-])[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?![\w-]|\.\d)/g,
    accepts: isFrenchId,
    spelling: compact,
  },
  {
    kind: "national-id",
    needs: [],
    digits: 7,
    run: 16,
    find: /(?<![\w-])[A-Z]{6}\d{2}[ABCDEHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![\w-])/gi,
    accepts: isItalianId,
    spelling: compact,
  },
  {
    kind: "national-id",
    needs: ["."],
    find: /(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w.-])/g,
    accepts: isCpf,
    spelling: compact,
  },
  {
    kind: "national-id",
    needs: [],
    digits: 7,
    run: 9,
    find: /(?<![\w-])(?:\d{8}-?[A-Z]|[XYZ]-?\d{7}-?[A-Z])(?![\w-])/g,
    accepts: isSpanishId,
    spelling: compact,
  },
  {
    kind: "national-id",
    needs: [],
    digits: 17,
    run: 18,
    find: /(?<![\w.:/+-])[1-9]\d{16}[\dXx](?![\w:/.-])/g,
    accepts: isChineseId,
    spelling: compact,
  },
  {
    kind: "national-id",
    needs: [" "],
    digits: 12,
    find: /(?<![\w.:/+-])[2-9]\d{3} \d{4} \d{4}(?![\w:/.-]| \d)/g,
    accepts: isAadhaar,
    spelling: compact,
  },
  {
    kind: "national-id",
    needs: [],
    digits: 9,
    run: 11,
    find: /(?<![\w-])[0-3]\d[01]\d{3}[-+A]\d{3}[\dA-Y](?![\w-])/g,
    accepts: isFinnishId,
    spelling: compact,
  },
  {
    kind: "national-id",
    needs: [],
    digits: 6,
    find: /(?<![\w-])(?:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] \d{2} \d{2} \d{2} [A-D])(?![\w-])/g,
    spelling: compact,
  },
  {
    kind: "national-id",
    needs: ["personn"],
    find: new RegExp(
      [
        String.raw`(?<before>\bpersonn(?:ummer|r)["']?[ \t]{0,2}[:=]?[ \t]{0,2}["']?)(?<value>(?:19|20)?\d{6}[-+]?`,
        String.raw`\d{4})(?![\w-])`,
      ].join(""),
      "gi",
    ),
    accepts: isSwedishId,
    spelling: compact,
  },
  {
    kind: "national-id",
    needs: ID_NEEDS,
    digits: 6,
    find: new RegExp(
      [
        String.raw`(?<before>(?<![\p{L}\d])(?:[a-z]{1,12}_)?${ID_NAME}(?![a-z])${AFTER_NAME})(?<value>[A-Z]{0,5}[ -]?\d(?:`,
        String.raw`[ .-]?[\dA-Z]){5,19})(?![\p{L}\d_-])`,
      ].join(""),
      "giu",
    ),
    accepts: isAnyId,
    spelling: compact,
  },
  {
    kind: "document",
    needs: [
      "passport|passeport|pasaporte|passnummer|reisepass|passaporto|licen|führerschein|permis|личн|пасп",
      "орт|护照|パスポート|ausweis",
    ]
      .join("")
      .split("|"),
    find: new RegExp(
      [
        String.raw`(?<before>(?:passport|passeport|pasaporte|reisepass|passnummer|passaporto|паспорт|护照|パスポート|`,
        String.raw`(?:personal)?ausweis|führerschein|permis de conduire|driv(?:er'?s?|ing)[ _-]?licen[cs]e|licen`,
        String.raw`[cs]e[ _-]?(?:plate|no|nr|number))(?:nummer)?(?:[ _-]?(?:no|nr|num|number|n°|#|номер))?\.?`,
        String.raw`${AFTER_NAME})(?<value>(?=[A-Z -]{0,8}\d)[A-Z\d](?:[ -]?[A-Z\d]){5,17})(?![\p{L}\d_-])`,
      ].join(""),
      "giu",
    ),
    accepts: (value) => value.replaceAll(/\D/g, "").length >= 2,
    spelling: compact,
  },
  {
    kind: "document",
    needs: ["vat", "ust", "imsi", "imei", "mrn", "medical record", "patient", "account", "konto"],
    digits: 6,
    find: new RegExp(
      [
        [
          String.raw`(?<before>(?<![\p{L}\d])(?:imsi|imei|mrn|medical[ _-]?record(?:[ _-]?(?:no|number))?`,
          String.raw`|patient[ _-]?(?:id|no|number)|`,
        ].join(""),
        [
          String.raw`(?:bank[ _-]?)?account[ _-]?(?:no|nr|number)|vat[ _-]?(?:id|no|nr|number)|ust-?id(?:`,
          String.raw`nr)?|kontonummer)\\{0,3}["']?[ \t]{0,2}[:=#][ \t]{0,2}\\{0,3}["']?)`,
        ].join(""),
        String.raw`(?<value>(?:[A-Z]{2} ?)?\d[\d -]{4,18}\d)(?![\w-])`,
      ].join(""),
      "giu",
    ),
    spelling: compact,
  },
];
