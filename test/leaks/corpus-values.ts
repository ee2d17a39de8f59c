import { ALNUM, BASE64URL, DIGITS, type Draw, HEX, LOWER, UPPER } from "./draw.ts";

const STANDARD = `${ALNUM}+/`;
const HEX_UPPER = HEX.toUpperCase();

const WORDS =
  "sunflower Butterscotch kangaroo jellyfish Liverpool Mitternacht princesa Zaubertrank bluebird Marzipan dragonfruit Tangerine".split(
    " ",
  );
const SHORT = "blau zx9q moon t1ger hase Kiwi k7!p lotus".split(" ");
const FIRST =
  "Annika Bertrand Cosima Dmitri Elodie Fatima Gregor Hiroshi Ingrid Joaquin Katrin Leopold Mirela Natasha".split(" ");
const LAST =
  "Abernathy Bergström Castellano Dubrovsky Eichhorn Fernández Grünwald Hashimoto Ivanović Jankowski Kovačević Lindqvist".split(
    " ",
  );
const PHRASES = ["correct horse battery staple", "green tea at noon 7", "Rain falls, cats sleep!"];
const STREETS = ["Maple Avenue", "Birch Road", "Lincoln Street", "Harbour Lane"];
const GERMAN_STREETS = ["Lindenallee", "Goethestraße", "Am Gartenweg", "Hauptstr."];

const sumOf = (digits: string, weight: (at: number) => number): number =>
  [...digits].reduce((sum, digit, at) => sum + Number(digit) * weight(at), 0);
const luhn = (body: string): string => {
  const sum = [...body].toReversed().reduce((total, digit, at) => {
    const doubled = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
};
const spaced = (value: string): string => value.replaceAll(/.{4}(?=.)/g, "$& ");
const iban = (draw: Draw): string => {
  const bank = draw.of([["DE", draw.text(DIGITS, 18)] as const, ["NL", `INGB${draw.text(DIGITS, 10)}`] as const]);
  const numbers = [...`${bank[1]}${bank[0]}00`].map((letter) => parseInt(letter, 36)).join("");
  return `${bank[0]}${String(98n - (BigInt(numbers) % 97n)).padStart(2, "0")}${bank[1]}`;
};
const cpf = (draw: Draw): string => {
  const body = draw.text("123456789", 9);
  const digit = (text: string): string => {
    const rest = sumOf(text, (at) => text.length + 1 - at) % 11;
    return rest < 2 ? "0" : String(11 - rest);
  };
  const nine = body + digit(body);
  return (nine + digit(nine)).replace(/(...)(...)(...)(..)/, "$1.$2.$3-$4");
};
const nhs = (draw: Draw): string => {
  for (;;) {
    const body = draw.text("123456789", 9);
    const check = (11 - (sumOf(body, (at) => 10 - at) % 11)) % 11;
    if (check < 10) return `${body}${check}`.replace(/(...)(...)(....)/, "$1 $2 $3");
  }
};
const pesel = (draw: Draw): string => {
  const body = `${60 + draw.int(39)}0${1 + draw.int(9)}${10 + draw.int(18)}${draw.text(DIGITS, 4)}`;
  return `${body}${(10 - (sumOf(body, (at) => [1, 3, 7, 9][at % 4] ?? 0) % 10)) % 10}`;
};
const bsn = (draw: Draw): string => {
  for (;;) {
    const body = draw.text("123456789", 8);
    const check = sumOf(body, (at) => 9 - at) % 11;
    if (check < 10) return `${body}${check}`;
  }
};
const chineseId = (draw: Draw): string => {
  const body = `11010519${60 + draw.int(39)}0${1 + draw.int(9)}${10 + draw.int(18)}${draw.text(DIGITS, 3)}`;
  return `${body}${"10X98765432"[sumOf(body, (at) => 2 ** (17 - at) % 11) % 11]}`;
};
const nir = (draw: Draw): string => {
  const body = `${1 + draw.int(2)}${60 + draw.int(39)}0${1 + draw.int(9)}75${draw.text(DIGITS, 6)}`;
  return `${body}${String(97n - (BigInt(body) % 97n)).padStart(2, "0")}`;
};
const codiceFiscale = (draw: Draw): string => {
  const body = `${draw.text("BCDFGLMNPRST", 6)}${60 + draw.int(39)}${draw.text("ABCDEHLMPRST", 1)}${10 + draw.int(18)}H501`;
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
  const sum = [...body].reduce((total, letter, at) => {
    const plain = /\d/.test(letter) ? Number(letter) : letter.charCodeAt(0) - 65;
    return total + (at % 2 === 0 ? (odd[plain] ?? 0) : plain);
  }, 0);
  return `${body}${UPPER[sum % 26]}`;
};
const personnummer = (draw: Draw): string => {
  const body = `${60 + draw.int(39)}0${1 + draw.int(9)}${10 + draw.int(18)}${draw.text(DIGITS, 3)}`;
  return luhn(body).replace(/(.{6})/, "$1-");
};
const date = (draw: Draw): string => {
  const [year, month, day] = [1945 + draw.int(60), `0${1 + draw.int(9)}`, `${10 + draw.int(18)}`];
  return draw.of([`${year}-${month}-${day}`, `${day}.${month}.${year}`, `${month}/${day}/${year}`]);
};
const uuid = (draw: Draw): string =>
  `${draw.text(HEX, 8)}-${draw.text(HEX, 4)}-4${draw.text(HEX, 3)}-a${draw.text(HEX, 3)}-${draw.text(HEX, 12)}`;
const person = (draw: Draw): string => `${draw.of(FIRST)} ${draw.of(LAST)}`;
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (draw: Draw): string =>
  `${part({ alg: "RS256", kid: draw.text(HEX, 8) })}.${part({ sub: draw.text(DIGITS, 9), exp: 1_767_000_000 })}.${draw.text(BASE64URL, 86)}`;
const password = (draw: Draw): string => `${draw.of(WORDS)}${draw.of([..."!#%*_-"])}${draw.text(ALNUM, 4)}`;
const lines = (draw: Draw, end: string): string => Array.from({ length: 4 }, () => draw.text(STANDARD, 64)).join(end);
const pem = (draw: Draw): string => `-----BEGIN PRIVATE KEY-----\n${lines(draw, "\n")}\n-----END PRIVATE KEY-----`;

export type Value = { isSecret: boolean; make: (draw: Draw) => string };

const of = (isSecret: boolean, makers: Record<string, (draw: Draw) => string>): [string, Value][] =>
  Object.entries(makers).map(([name, make]) => [name, { isSecret, make }]);

const SECRETS = of(true, {
  pw: password,
  word: (draw) => draw.of(WORDS),
  short: (draw) => draw.of(SHORT),
  passphrase: (draw) => draw.of(PHRASES),
  pwalnum: (draw) => draw.of(WORDS) + draw.text(DIGITS, 3),
  pin: (draw) => draw.text("3456789", 4),
  cvv: (draw) => draw.text("3456789", 3),
  otp: (draw) => draw.text("3456789", 6),
  hextoken: (draw) => draw.text(HEX, 40),
  djangokey: (draw) => draw.text(`${LOWER}${DIGITS}!@#$^&*(-_=+)`, 50),
  csrf: (draw) => draw.text(ALNUM, 64),
  bcrypt: (draw) => `$2y$10$${draw.text(`${ALNUM}./`, 53)}`,
  telegram: (draw) => `${draw.text("123456789", 10)}:AA${draw.text(BASE64URL, 33)}`,
  googlekey: (draw) => `AIza${draw.text(BASE64URL, 35)}`,
  awsid: (draw) => `AKIA${draw.text(`${UPPER}234567`, 16)}`,
  awssecret: (draw) => draw.text(STANDARD, 40),
  longb64: (draw) => draw.text(STANDARD, 180),
  azkey: (draw) => `${draw.text(STANDARD, 86)}==`,
  jwt,
  k8sjwt: jwt,
  pem,
  pembody: (draw) => lines(draw, "\n"),
  pemescaped: (draw) => lines(draw, "\\n"),
  b64line: (draw) => draw.text(STANDARD, 64),
  b64hmac: (draw) => `${draw.text(STANDARD, 43)}=`,
  b64json: (draw) =>
    Buffer.from(`{"iv":"${draw.text(ALNUM, 16)}","value":"${draw.text(ALNUM, 40)}"}`).toString("base64"),
  token: (draw) => draw.text(ALNUM, 32 + draw.int(12)),
  BASE32: (draw) => draw.text(`${UPPER}234567`, 32),
  BECH58: (draw) => draw.text("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
  "b64of:pw": (draw) => Buffer.from(password(draw)).toString("base64"),
  "b64of:userpw": (draw) => Buffer.from(`svc:${password(draw)}`).toString("base64"),
  "b64of:pem": (draw) => Buffer.from(pem(draw)).toString("base64"),
  "b64of:saml": (draw) =>
    Buffer.from(
      `<samlp:Response><saml:NameID>${draw.text(LOWER, 7)}@corp.example</saml:NameID></samlp:Response>`,
    ).toString("base64"),
});

const PERSONAL = of(false, {
  email: (draw) =>
    `${draw.of(FIRST)}.${draw.text(LOWER, 6)}@${draw.text(LOWER, 5)}.${draw.of(["com", "de", "co.uk"])}`.toLowerCase(),
  name: person,
  first: (draw) => draw.of(FIRST),
  last: (draw) => draw.of(LAST),
  phoneintl: (draw) =>
    draw.of([`+49 151 ${draw.text(DIGITS, 8)}`, `+1 415 555 ${draw.text(DIGITS, 4)}`, `+44 7${draw.text(DIGITS, 9)}`]),
  phoneE164: (draw) =>
    draw.of([`+49151${draw.text(DIGITS, 8)}`, `+336${draw.text(DIGITS, 8)}`, `+1415555${draw.text(DIGITS, 4)}`]),
  phonebare: (draw) => `49151${draw.text(DIGITS, 8)}`,
  phonenat: (draw) =>
    draw.of([`0151 ${draw.text(DIGITS, 8)}`, `(415) 555-${draw.text(DIGITS, 4)}`, `07${draw.text(DIGITS, 9)}`]),
  card: (draw) => luhn(`4${draw.text(DIGITS, 14)}`),
  cardspaced: (draw) => spaced(luhn(`52${draw.text(DIGITS, 13)}`)),
  iban,
  ibanspaced: (draw) => spaced(iban(draw)),
  ssn: (draw) => `${200 + draw.int(400)}-${10 + draw.int(80)}-${1000 + draw.int(8000)}`,
  cpf,
  nino: (draw) => `AB${draw.text(DIGITS, 6)}C`,
  nhs,
  dni: (draw) => {
    const number = 10_000_000 + draw.int(80_000_000);
    return `${number}${"TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]}`;
  },
  cf: codiceFiscale,
  bsn,
  pesel,
  aadhaar: (draw) => `${2 + draw.int(7)}${draw.text(DIGITS, 3)} ${draw.text(DIGITS, 4)} ${draw.text(DIGITS, 4)}`,
  nir,
  personnummer,
  cnid: chineseId,
  passport: (draw) => draw.text("CFGHJKLMNPRTVWXYZ", 1) + draw.text(DIGITS, 8),
  licence: (draw) => draw.text(UPPER, 1) + draw.text(DIGITS, 7),
  mrn: (draw) => draw.text("123456789", 8),
  dob: date,
  street: (draw) =>
    draw.of([`${10 + draw.int(900)} ${draw.of(STREETS)}`, `${draw.of(GERMAN_STREETS)} ${10 + draw.int(180)}`]),
  lat: (draw) => `${40 + draw.int(15)}.${draw.text(DIGITS, 5)}7`,
  lon: (draw) => `${1 + draw.int(14)}.${draw.text(DIGITS, 5)}3`,
});

const VALUES: ReadonlyMap<string, Value> = new Map([...SECRETS, ...PERSONAL]);

const ALPHABETS: Record<string, string> = {
  hex: HEX,
  HEX: HEX_UPPER,
  digits: DIGITS,
  n: "123456789",
  low: LOWER,
  lower: LOWER,
  up: UPPER,
  UP: UPPER,
  alnum: ALNUM,
  token: ALNUM,
  b64url: BASE64URL,
  ap: "abcdefghijklmnop",
};

const BENIGN: Record<string, (draw: Draw) => string> = {
  ULID: (draw) => `01${draw.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24)}`,
  epochms: (draw) => `1767${draw.text(DIGITS, 9)}`,
  epochns: (draw) => `1767${draw.text(DIGITS, 15)}`,
  min: (draw) => String(10 + draw.int(50)),
  mon: (draw) => `0${1 + draw.int(9)}`,
  day: (draw) => String(10 + draw.int(18)),
  b64md5: (draw) => `${draw.text(STANDARD, 22)}==`,
  b64sha512: (draw) => `${draw.text(STANDARD, 86)}==`,
  b64of76: (draw) => draw.text(STANDARD, 76),
  b64fp: (draw) => draw.text(STANDARD, 43),
  HEXc20: (draw) => Array.from({ length: 20 }, () => draw.text(HEX_UPPER, 2)).join(":"),
  b64junk: (draw) => Buffer.from(draw.text(`${ALNUM} ,.`, 45)).toString("base64"),
  b64cursor: (draw) => Buffer.from(`{"id":${draw.text("123456789", 6)},"ts":17670000}`).toString("base64"),
};

/** The generator of a slot of the corpus. Of what is in no list: an alphabet and a length, such as `hex40`. */
export function valueOf(slot: string): Value {
  const named = VALUES.get(slot);
  if (named !== undefined) return named;
  const benign = BENIGN[slot];
  if (benign !== undefined) return { isSecret: true, make: benign };
  if (slot === "uuid") return { isSecret: true, make: uuid };
  const { letters = "", length = "" } = /^(?<letters>[A-Za-z\d]*?[A-Za-z])(?<length>\d+)$/.exec(slot)?.groups ?? {};
  const alphabet = ALPHABETS[letters];
  if (alphabet === undefined) throw new RangeError(`no generator for the slot ${slot}`);
  return { isSecret: letters !== "digits", make: (draw) => draw.text(alphabet, Number(length)) };
}
