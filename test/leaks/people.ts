import { ALNUM, DIGITS, type Draw, LOWER, UPPER } from "./draw.ts";
import type { Kind } from "./secrets.ts";

const bare =
  (make: (draw: Draw) => string): Kind["draw"] =>
  (draw) => ({ value: make(draw) });
const FIRST =
  "Anna Bram Chloé Dmitri Elif Fatima Giulia Hiro Ingrid José Kofi Lena Mateus Noor Olga Pavel Rosa Søren Tariq Uma Wei Zoë".split(
    " ",
  );
const LAST =
  "Schmidt O'Neill Dubois Ivanova Yılmaz Khan Rossi Tanaka Nilsson García Mensah Fischer Silva Hassan Petrova Novák Lund Okafor Nguyen Weber".split(
    " ",
  );
const fullName = (draw: Draw): string => `${draw.of(FIRST)} ${draw.of(LAST)}`;

const luhnDigit = (digits: string): string => {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    let digit = Number(digits.at(-1 - i));
    if (i % 2 === 0) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return String((10 - (sum % 10)) % 10);
};
const grouped = (text: string, size: number, gap: string): string =>
  text.replaceAll(new RegExp(`.{${size}}(?=.)`, "g"), `$&${gap}`);
const numeric = (text: string): bigint =>
  BigInt([...text].map((c) => (/\d/.test(c) ? c : String(c.charCodeAt(0) - 55))).join(""));

function iban(draw: Draw): string {
  const [country, account] = draw.of<[string, string]>([
    ["DE", draw.text(DIGITS, 18)],
    ["GB", draw.text(UPPER, 4) + draw.text(DIGITS, 14)],
    ["FR", draw.text(DIGITS, 10) + draw.text(UPPER + DIGITS, 11) + draw.text(DIGITS, 2)],
    ["NL", draw.text(UPPER, 4) + draw.text(DIGITS, 10)],
    ["ES", draw.text(DIGITS, 20)],
    ["PL", draw.text(DIGITS, 24)],
  ]);
  const check = String(98n - (numeric(`${account}${country}00`) % 97n)).padStart(2, "0");
  return draw.of([(text: string) => text, (text: string) => grouped(text, 4, " ")])(`${country}${check}${account}`);
}

function card(draw: Draw): string {
  const start = draw.of(["4", "51", "55", "2221", "6011"]) + draw.text(DIGITS, 10);
  const digits = start.slice(0, 15).padEnd(15, "7");
  return draw.of([
    (text: string) => text,
    (text: string) => grouped(text, 4, " "),
    (text: string) => grouped(text, 4, "-"),
  ])(digits + luhnDigit(digits));
}

const e164 = (draw: Draw): string =>
  draw.of([
    () => `+49 ${draw.of(["151", "170", "30"])} ${draw.text(DIGITS, 8)}`,
    () =>
      `+1 (${2 + draw.int(7)}${draw.text(DIGITS, 2)}) ${2 + draw.int(7)}${draw.text(DIGITS, 2)}-${draw.text(DIGITS, 4)}`,
    () => `+44 7${draw.text(DIGITS, 3)} ${draw.text(DIGITS, 6)}`,
    () => `+33 6 ${grouped(draw.text(DIGITS, 8), 2, " ")}`,
    () => `+91${9}${draw.text(DIGITS, 9)}`,
    () => `+55 11 9${draw.text(DIGITS, 4)}-${draw.text(DIGITS, 4)}`,
    () => `0049 171 ${draw.text(DIGITS, 7)}`,
  ])();
const national = (draw: Draw): string =>
  draw.of([
    () => `0${draw.of(["151", "170", "30"])}/${draw.text(DIGITS, 7)}`,
    () => `${2 + draw.int(7)}${draw.text(DIGITS, 2)}-${2 + draw.int(7)}${draw.text(DIGITS, 2)}-${draw.text(DIGITS, 4)}`,
    () =>
      `(${2 + draw.int(7)}${draw.text(DIGITS, 2)}) ${2 + draw.int(7)}${draw.text(DIGITS, 2)}-${draw.text(DIGITS, 4)}`,
    () => `06 ${grouped(draw.text(DIGITS, 8), 2, " ")}`,
    () => `07${draw.text(DIGITS, 9)}`,
  ])();

/** US, Spain, France, Italy, Brazil, China, India, the Netherlands, the UK: with the check digits of each. */
function nationalId(draw: Draw): { value: string; name: string } {
  const day = (): string => String(10 + draw.int(18));
  const options: (() => { value: string; name: string })[] = [
    () => ({ name: "ssn", value: `${100 + draw.int(500)}-${10 + draw.int(89)}-${1000 + draw.int(8999)}` }),
    () => {
      const number = 10_000_000 + draw.int(80_000_000);
      return { name: "DNI", value: `${number}${"TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]}` };
    },
    () => {
      const body = `${1 + draw.int(2)}${10 + draw.int(89)}0${1 + draw.int(9)}${10 + draw.int(80)}${draw.text(DIGITS, 6)}`;
      return { name: "NIR", value: body + String(97n - (BigInt(body) % 97n)).padStart(2, "0") };
    },
    () => {
      const digits = draw.text("123456789", 9);
      const check = (text: string): number =>
        (([...text].reduce((sum, d, i) => sum + Number(d) * (text.length + 1 - i), 0) * 10) % 11) % 10;
      const first = check(digits);
      const all = `${digits}${first}${check(`${digits}${first}`)}`;
      return { name: "cpf", value: all.replace(/(...)(...)(...)(..)/, "$1.$2.$3-$4") };
    },
    () => {
      const body = `110101${1950 + draw.int(50)}1${draw.int(3)}${day()}${draw.text(DIGITS, 3)}`;
      const sum = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2].reduce(
        (total, weight, i) => total + weight * Number(body[i]),
        0,
      );
      return { name: "身份证号", value: `${body}${"10X98765432"[sum % 11]}` };
    },
    () => ({ name: "national_insurance_number", value: `AB ${grouped(draw.text(DIGITS, 6), 2, " ")} C` }),
    () => ({ name: "steuer-id", value: `${1 + draw.int(9)}${draw.text(DIGITS, 10)}` }),
    () => ({ name: "bsn", value: `${1 + draw.int(9)}${draw.text(DIGITS, 8)}` }),
    () => ({ name: "pesel", value: `8${draw.text(DIGITS, 10)}` }),
  ];
  return draw.of(options)();
}

const date = (draw: Draw): string => {
  const [year, month, day] = [
    1940 + draw.int(65),
    String(1 + draw.int(12)).padStart(2, "0"),
    String(1 + draw.int(28)).padStart(2, "0"),
  ];
  return draw.of([
    `${year}-${month}-${day}`,
    `${day}.${month}.${year}`,
    `${month}/${day}/${year}`,
    `${day}/${month}/${year}`,
  ]);
};

const PASSING: Kind["says"] = [
  (v) => `could not notify ${v}: mailbox full`,
  (v) => `{"level":"error","msg":"lookup of ${v} failed","code":17}`,
  (v) => `level=warn msg="no record for ${v}" dur=3ms`,
  (v) => `ticket from ${v}, see #4711`,
  (v) => `GET /find?q=${encodeURIComponent(v)}&limit=5 200`,
  (v) => `row {\\"contact\\":\\"${v}\\"} rejected`,
];

export const PERSONAL_KINDS: readonly Kind[] = [
  {
    kind: "e-mail",
    draw: bare((draw) =>
      [
        draw.text(LOWER, 4 + draw.int(6)),
        draw.of([".", "_", "+", "-"]),
        draw.text(LOWER, 4 + draw.int(6)),
        `@${draw.text(LOWER, 5)}.`,
        draw.of(["com", "org", "co.uk", "de", "io", "museum"]),
      ].join(""),
    ),
    says: [
      ...PASSING,
      (v) => `RCPT TO:<${v}> 550 no such user`,
      (v) => `user ${v.replace("@", "\\u0040")} locked`,
      (v) =>
        `duplicate key value violates unique constraint "users_email_key" Detail: Key (email)=(${v}) already exists.`,
      (v) => `mailto:${v}`,
    ],
  },
  {
    kind: "phone, international",
    draw: bare(e164),
    says: [
      (v) => `sms to ${v} not delivered`,
      (v) => `{"msisdn":"${v}"}`,
      (v) => `caller ${v} hung up after 3 s`,
      (v) => `level=info msg="paged ${v}"`,
      (v) => `/call?to=${encodeURIComponent(v)}`,
      (v) => `please ring ${v} if it comes back`,
    ],
  },
  {
    kind: "phone, national",
    draw: bare(national),
    says: [
      (v) => `phone=${v} invalid`,
      (v) => `{"phoneNumber":"${v}"}`,
      (v) => `Telefon: ${v}`,
      (v) => `tel. ${v} not reachable`,
      (v) => `customer_mobile="${v}"`,
      (v) => `téléphone : ${v}`.replace(" :", ":"),
      (v) => `手机: ${v}`,
      (v) => `contact phone ${v}`,
    ],
  },
  {
    kind: "iban",
    draw: bare(iban),
    says: [...PASSING.slice(0, 4), (v) => `transfer to ${v} refused`, (v) => `IBAN: ${v}`, (v) => `{"account":"${v}"}`],
  },
  {
    kind: "card",
    draw: bare(card),
    says: [
      (v) => `charge on ${v} declined`,
      (v) => `{"pan":"${v}"}`,
      (v) => `card=${v} exp=11/29`,
      (v) => `number ${v} failed`,
      (v) => `pay?n=${encodeURIComponent(v)}&cvv=1`,
    ],
  },
  {
    kind: "national id",
    draw: (draw) => {
      const { value, name } = nationalId(draw);
      return { value, shown: `${name}|${value}` };
    },
    says: [
      (v) => `${v.split("|")[0]}=${v.split("|")[1]} not verified`,
      (v) => `{"${v.split("|")[0]}":"${v.split("|")[1]}"}`,
      (v) => `${v.split("|")[0]}: ${v.split("|")[1]}`,
      (v) => `kyc failed for ${v.split("|")[0]} ${v.split("|")[1]}`,
    ],
  },
  {
    kind: "national id without its name",
    draw: (draw) => {
      for (;;) {
        const { value, name } = nationalId(draw);
        if (["ssn", "DNI", "NIR", "cpf", "身份证号"].includes(name)) return { value };
      }
    },
    says: [(v) => `kyc failed for ${v}`, (v) => `{"doc":"${v}","ok":false}`, (v) => `row 17: ${v} is not unique`],
  },
  {
    kind: "passport or licence",
    draw: bare((draw) =>
      draw.of([
        () => `C${draw.text("0123456789", 1)}${draw.text("FGHJK0123456789", 7).replace(/^\D+$/, "1234567")}1`,
        () => `${draw.text(DIGITS, 9)}`,
        () => `${draw.text(UPPER, 2)}${draw.text(DIGITS, 7)}`,
      ])(),
    ),
    says: [
      (v) => `passport ${v} rejected by scanner`,
      (v) => `{"passportNumber":"${v}"}`,
      (v) => `passport_no=${v}`,
      (v) => `Reisepass: ${v}`,
      (v) => `driver licence ${v} expired`,
      (v) => `drivers_license: "${v}"`,
      (v) => `паспорт: ${v}`,
    ],
  },
  {
    kind: "date of birth",
    draw: bare(date),
    says: [
      (v) => `dob=${v} mismatch`,
      (v) => `{"dateOfBirth":"${v}"}`,
      (v) => `birth_date: ${v}`,
      (v) => `Geburtsdatum: ${v}`,
      (v) => `patient born ${v} not found`,
      (v) => `fecha de nacimiento: ${v}`,
      (v) => `дата рождения: ${v}`,
    ],
  },
  {
    kind: "name beside its field",
    draw: bare(fullName),
    says: [
      (v) => `{"full_name":"${v}","plan":"pro"}`,
      (v) => `customer_name="${v}" order=17`,
      (v) => `cardholder: ${v}`,
      (v) => `Nachname: ${v}`,
      (v) => `patient name: ${v}, ward 3`,
      (v) => `first_name=${v.split(" ")[0]} last_name=${v.split(" ")[1]}`,
      (v) => `body {\\"lastName\\":\\"${v}\\"}`,
      (v) => `ФИО: ${v}`,
    ],
  },
  {
    kind: "address",
    draw: bare((draw) =>
      draw.of([
        () =>
          [
            String(1 + draw.int(990)),
            draw.of(["Maple", "Oak", "Elm", "Lincoln", "Baker"]),
            `${draw.of(["Street", "Avenue", "Road", "St", "Ave"])},`,
            draw.of(["Springfield", "Denver", "Leeds"]),
          ].join(" "),
        () =>
          [
            draw.of(["Hauptstraße", "Gartenweg", "Lindenallee", "Bahnhofstr."]),
            `${1 + draw.int(200)},`,
            String(10_000 + draw.int(80_000)),
            draw.of(["Berlin", "Köln", "Wien"]),
          ].join(" "),
        () => `${1 + draw.int(90)} rue de ${draw.of(["Rivoli", "Lyon", "Paris"])}, 750${10 + draw.int(9)} Paris`,
        () => `Calle ${draw.of(["Mayor", "Alcalá"])} ${1 + draw.int(90)}, 280${10 + draw.int(40)} Madrid`,
      ])(),
    ),
    says: [
      (v) => `{"shipping_address":"${v}"}`,
      (v) => `address_line1="${v}" country=X`,
      (v) => `deliver to ${v} failed`,
      (v) => `Anschrift: ${v}`,
      (v) => `street=${v}; carrier=dhl`,
    ],
  },
  {
    kind: "position",
    draw: (draw) => {
      const [lat, lon] = [
        `${draw.int(80)}.${draw.text(DIGITS, 5)}1`,
        `-${10 + draw.int(110)}.${draw.text(DIGITS, 5)}2`,
      ];
      return { value: `${lat}${lon}`, shown: `${lat}|${lon}` };
    },
    says: [
      (v) => `lat=${v.split("|")[0]} lon=${v.split("|")[1]} out of zone`,
      (v) => `{"latitude":${v.split("|")[0]},"longitude":${v.split("|")[1]}}`,
      (v) => `gps ${v.split("|").join(",")} stale`,
      (v) => `geo:${v.split("|").join(",")}`,
      (v) => `{"lat": ${v.split("|")[0]}, "lng": ${v.split("|")[1]}}`,
    ],
  },
  {
    kind: "ssh public key",
    draw: bare((draw) => `AAAAB3NzaC1yc2E${draw.text(ALNUM, 60)}`),
    says: [(v) => `authorized: ssh-rsa ${v} ada@laptop`, (v) => `key ssh-ed25519 ${v} refused`],
  },
];
