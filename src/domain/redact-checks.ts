// Checksums of numbers that identify cards, accounts and people.

const digitsOf = (text: string): number[] => [...text.replaceAll(/\D/g, "")].map(Number);
const weighted = (digits: readonly number[], weights: readonly number[]): number =>
  weights.reduce((sum, weight, i) => sum + weight * (digits[i] ?? 0), 0);
const hasSameDigits = (digits: readonly number[]): boolean => new Set(digits).size < 2;

/** Luhn's check, ISO/IEC 7812-1. One number in ten passes it by chance. */
export function passesLuhn(text: string): boolean {
  const sum = digitsOf(text)
    .reverse()
    .reduce((total, digit, i) => total + (i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return sum % 10 === 0;
}

/** Lengths of IBANs, by country. @see SWIFT, IBAN Registry, release 99 */
const IBAN_LENGTHS = new Map(
  [
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18",
    "FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20",
    "LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19",
    "SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20",
  ]
    .join(" ")
    .split(" ")
    .map((entry): [string, number] => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** The remainder by 97 of a number that is too long for a `number`; letters count as 10 to 35. */
function mod97(text: string): number {
  let rest = 0;
  for (const character of text)
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  return rest;
}

/** Countries whose account numbers are digits only. Ids in hexadecimal often look like the others. */
const DIGITS_ONLY = /^(?:AT|BE|CZ|DE|DK|EE|ES|FI|HR|HU|IS|LT|NO|PL|PT|RS|SE|SI|SK)\d+$/;
const HAS_LETTERS = /^(?!AT|BE|CZ|DE|DK|EE|ES|FI|HR|HU|IS|LT|NO|PL|PT|RS|SE|SI|SK)/;

/** @see ISO 13616: the length of the country, and mod 97 = 1. */
export function isIban(text: string): boolean {
  const iban = text.replaceAll(/[ -]/g, "").toUpperCase();
  if (!DIGITS_ONLY.test(iban) && !HAS_LETTERS.test(iban)) return false;
  return IBAN_LENGTHS.get(iban.slice(0, 2)) === iban.length && mod97(iban.slice(4) + iban.slice(0, 4)) === 1;
}

/** @see US Social Security Administration: no area 000, 666 or 9xx, no group 00, no serial 0000. */
export const isSsn = (text: string): boolean => /^(?!000|666|9)\d{3}[ -]?(?!00)\d\d[ -]?(?!0000)\d{4}$/.test(text);

/** Spain's DNI and NIE: the number mod 23 gives the letter. */
export function isSpanishId(text: string): boolean {
  const id = text.replaceAll(/[ .-]/g, "").toUpperCase();
  const number = Number(id.slice(0, -1).replace(/^[XYZ]/, (letter) => String("XYZ".indexOf(letter))));
  return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] === id.at(-1);
}

/** France's NIR: the key is 97 minus the number mod 97. */
export function isFrenchId(text: string): boolean {
  const nir = text.replaceAll(/[ .-]/g, "").toUpperCase().replace("2A", "19").replace("2B", "18");
  return /^[12]\d{14}$/.test(nir) && 97 - mod97(nir.slice(0, 13)) === Number(nir.slice(13));
}

const ODD_VALUES = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Italy's codice fiscale. @see Decreto Ministeriale 23/12/1976 */
export function isItalianId(text: string): boolean {
  const values = [...text.toUpperCase()].map((c) => (/\d/.test(c) ? Number(c) : c.charCodeAt(0) - 65));
  const sum = values
    .slice(0, 15)
    .reduce((total, value, i) => total + (i % 2 === 0 ? (ODD_VALUES[value] ?? 0) : value), 0);
  return sum % 26 === values[15];
}

/** Brazil's CPF: two check digits mod 11. */
export function isCpf(text: string): boolean {
  const digits = digitsOf(text);
  if (digits.length !== 11 || hasSameDigits(digits)) return false;
  const check = (length: number): number => {
    const sum = digits.slice(0, length).reduce((total, digit, i) => total + digit * (length + 1 - i), 0);
    return ((sum * 10) % 11) % 10;
  };
  return check(9) === digits[9] && check(10) === digits[10];
}

/** China's resident id, GB 11643: a date of birth and a check digit, ISO 7064 MOD 11-2. */
export function isChineseId(text: string): boolean {
  const digits = Array.from(text.slice(0, 17), Number);
  const sum = weighted(digits, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return (
    isDate(text.slice(6, 10), text.slice(10, 12), text.slice(12, 14)) &&
    "10X98765432"[sum % 11] === text.at(-1)?.toUpperCase()
  );
}

const D5 = [
  "0123456789",
  "1234067895",
  "2340178956",
  "3401289567",
  "4012395678",
  "5987604321",
  "6598710432",
  "7659821043",
  "8765932104",
  "9876543210",
];
const P5 = [
  "0123456789",
  "1576283094",
  "5803796142",
  "8916043527",
  "9453126870",
  "4286573901",
  "2793806415",
  "7046913258",
];

/** India's Aadhaar: Verhoeff's check. */
export function isAadhaar(text: string): boolean {
  const digits = digitsOf(text).reverse();
  const check = digits.reduce((rest, digit, i) => Number(D5[rest]?.[Number(P5[i % 8]?.[digit])]), 0);
  return digits.length === 12 && (digits.at(-1) ?? 0) > 1 && check === 0;
}

/** Finland's henkilötunnus: the number mod 31 gives the last character. */
export function isFinnishId(text: string): boolean {
  const number = Number(text.slice(0, 6) + text.slice(7, 10));
  return (
    isDate("2000", text.slice(2, 4), text.slice(0, 2)) &&
    "0123456789ABCDEFHJKLMNPRSTUVWXY"[number % 31] === text.at(-1)?.toUpperCase()
  );
}

/** Sweden's personnummer: a date of birth, and Luhn's check on the last ten digits. */
export function isSwedishId(text: string): boolean {
  const digits = text.replaceAll(/\D/g, "").slice(-10);
  return isDate("2000", digits.slice(2, 4), digits.slice(4, 6)) && passesLuhn(digits);
}

const isDate = (year: string, month: string, day: string): boolean =>
  Number(year) > 1890 &&
  Number(year) < 2100 &&
  Number(month) > 0 &&
  Number(month) < 13 &&
  Number(day) > 0 &&
  Number(day) < 32;
