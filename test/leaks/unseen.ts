import { ALNUM, BASE64URL, DIGITS, drawFrom, HEX, LOWER } from "./draw.ts";
import type { Case } from "./plant.ts";
import { base64, password } from "./secrets.ts";

// Texts that were written after the rules, and measured before any rule was changed for them.

type Line = readonly [kind: string, isSecret: boolean, value: string, text: string];

function lines(seed: number): Line[] {
  const draw = drawFrom(seed);
  const pass = password(draw);
  const word = draw.text(ALNUM, 18);
  const long = draw.text(ALNUM, 32);
  const mail = `${draw.text(LOWER, 6)}.${draw.text(LOWER, 5)}@${draw.text(LOWER, 7)}.example`;
  const gh = `ghp_${draw.text(ALNUM, 36)}`;
  const [head, body] = ['{"alg":"RS256","kid":"k1"}', `{"sub":"${draw.text(DIGITS, 9)}","x":1}`].map((part) =>
    base64(part).replaceAll("=", ""),
  );
  const jwt = `${head}.${body}.${draw.text(BASE64URL, 86)}`;
  const phone = `+39 3${draw.text(DIGITS, 2)} ${draw.text(DIGITS, 7)}`;
  const born = `${1950 + draw.int(50)}-0${1 + draw.int(9)}-1${draw.int(10)}`;
  const name = `${draw.of(["Marta", "Jonas", "Aiko", "Pedro"])} ${draw.of(["Lindqvist", "Brandt", "Sato", "Ferreira"])}`;
  return [
    ["password", true, pass, `Caused by: java.sql.SQLException: Access denied (using password: '${pass}')`],
    ["password", true, pass, `Invoke-Sqlcmd -ServerInstance db -Username sa -Password "${pass}"`],
    ["password", true, pass, `[ansible] vault_password => ${pass}`],
    ["password", true, pass, `spring.mail.password=${pass}\nspring.mail.port=25`],
    ["password", true, pass, `params: ["app", {"credentials": {"pass": "${pass}"}}]`],
    ["password", true, pass, `smtp AUTH PLAIN ${base64(`\0app\0${pass}`)}`],
    ["password", true, pass, `ERROR ldap bind dn="cn=app,dc=x" bindPassword="${pass}"`],
    ["password", true, pass, `NewPassword=${pass}&ConfirmPassword=${pass}`],
    ["password", true, pass, `docker login -u ci -p ${pass} registry.example.org`],
    ["password", true, pass, `{'password': '${pass}', 'user': 'app'}`],
    ["password", true, pass, `User{name=app, password=${pass}, roles=[admin]}`],
    ["password", true, pass, `--from-literal=password=${pass} -n prod`],
    ["api key by its name", true, word, `Api-Key ${word} has reached its quota`],
    ["api key by its name", true, word, `grpc metadata x-api-key: [${word}]`],
    ["api key by its name", true, word, `NEW_RELIC_LICENSE_KEY=${word}`],
    ["api key by its name", true, word, `config.client_secret -> ${word}`],
    ["api key by its name", true, word, `{"name":"API_TOKEN","value":"${word}"}`],
    ["api key by its name", true, word, `- name: DB_PASSWORD\n  value: ${word}`],
    ["api key by its name", true, word, `https://maps.example.org/js?key=${word}&v=3`],
    ["api key by its name", true, word, `encryptionKey='${word}'`],
    ["api key by its name", true, word, `wss://feed.example.org/?access_token=${word}`],
    ["api key by its name", true, long, `X-Vault-Token=${long}`],
    ["api key by its name", true, long, `terraform: variable "db_secret" = "${long}"`],
    ["github token", true, gh, `fatal: unable to access 'https://${gh}@github.com/acme/x.git/': 403`],
    ["github token", true, gh, `https://x-access-token:${gh}@github.com/acme/x`],
    ["github token", true, gh, `${base64(`{"t":"${gh}"}`)} could not be parsed`],
    ["json web token", true, jwt, `id_token_hint=${jwt}&state=9`],
    ["json web token", true, jwt, `jwt malformed near "${jwt}"`],
    ["json web token", true, jwt, `Sec-WebSocket-Protocol: base64url.bearer.authorization.k8s.io.${jwt}`],
    ["url credentials", true, word, `kafka-ui cannot reach http://admin:${word}@registry:8081/subjects`],
    ["url credentials", true, word, `rabbit: amqps://app:${word}@mq-0.mq:5671/%2F closed`],
    ["url credentials", true, word, `https://${word}@sentry.example.org/4`],
    ["url credentials", true, word, `proxy=http://svc:${word}@10.1.2.3:3128`],
    ["url credentials", true, word, `sftp app:${word}@files.example.org`],
    ["cookie", true, long, `"cookie":["a=1; auth=${long}"]`],
    ["cookie", true, long, `remember_me token cookie ${long} is invalid`],
    ["cookie", true, long, `document.cookie = 'session=${long}'`],
    ["bearer token", true, long, `-H "authorization: Bearer ${long}" -d @body`],
    ["bearer token", true, long, `auth: {type: bearer, token: ${long}}`],
    ["bearer token", true, long, `Authorization: Token token="${long}"`],
    ["bearer token", true, long, `Authorization: Digest username="app", response="${long}"`],
    ["session id", true, long, `sid: ${long} expired`],
    ["session id", true, long, `Session[${long}] closed`],
    ["aws secret key", true, draw.text(`${ALNUM}/+`, 40).replace(/^/, "k"), ""],
    ["one-time code", true, "582913", `Your code is 582913. It expires in 5 minutes`],
    ["one-time code", true, "582913", `sms "582913 is your verification code"`],
    ["one-time code", true, "582913", `totp check failed (code=582913)`],
    [
      "webhook address",
      true,
      word,
      `webhookUrl=https://chat.googleapis.com/v1/spaces/AAA/messages?key=K&token=${word}`,
    ],
    ["webhook address", true, word, `https://api.opsgenie.com/v1/json/eventbridge?apiKey=${word}`],
    ["private key", true, draw.text(`${ALNUM}+/`, 64), ""],
    ["twilio key", true, `SK${draw.text(HEX, 32)}`, ""],
    ["e-mail", false, mail, `From: "Support" <${mail}> To: list`],
    ["e-mail", false, mail, `login failed for user '${mail}' from 10.0.0.4`],
    ["e-mail", false, mail, `https://app.example.org/u/${encodeURIComponent(encodeURIComponent(mail))}/edit`],
    ["e-mail", false, mail, `sha256(${mail}) != stored`],
    ["e-mail", false, mail, `git: Author: X <${mail}>`],
    ["e-mail", false, mail, `s3://bucket/exports/${mail}/2026.csv missing`],
    ["phone", false, phone, `whatsapp:${phone.replaceAll(" ", "")} blocked`],
    ["phone", false, phone, `To=${encodeURIComponent(phone)}&Body=hi`],
    ["phone", false, phone, `customer called from ${phone} again`],
    ["phone", false, "5551234567", `phone_number:5551234567`],
    ["phone", false, "0302345678", `Rückruf unter 030 2345678 (Telefon)`],
    ["iban", false, "NL91ABNA0417164300", `SEPA mandate NL91ABNA0417164300 bounced`],
    ["iban", false, "NL91ABNA0417164300", `payee/NL91 ABNA 0417 1643 00/verify`],
    ["card", false, "5555555555554444", `PAN:5555555555554444;EXP:0129`],
    ["card", false, "5555555555554444", `card number 5555 5555 5555 4444 is not enrolled`],
    ["card", false, "5555555555554444", `/charge/5555555555554444/confirm`],
    ["date of birth", false, born, `patient (DOB ${born}) has no chart`],
    ["date of birth", false, born, `"birthday": "${born}"`],
    ["date of birth", false, born, `date_of_birth=>"${born}"`],
    [
      "name",
      false,
      name,
      `"givenName":"${name.split(" ")[0]}","familyName":"${name.split(" ")[1]}"`.concat(` /* ${name.length} */`),
    ],
    ["name", false, name, `INSERT INTO users (first_name) VALUES -- full name: ${name}`],
    ["name", false, name, `displayName=${name}; dept=IT`],
    ["name", false, name, `account holder name: ${name}`],
    ["address", false, "221 Baker Street", `parcel for 221 Baker Street, London NW1 6XE returned`],
    ["address", false, "Lange Straße 17", `Rechnungsadresse: Lange Straße 17, 01067 Dresden`],
    ["address", false, "1600 Pennsylvania Ave", `geocode("1600 Pennsylvania Ave NW") = null`],
    ["national id", false, "536-90-4399", `SSN 536-90-4399 failed validation`],
    ["national id", false, "529.982.247-25", `CPF do cliente 529.982.247-25 inválido`],
    ["passport or licence", false, "X4RTBPFW4", `Passport No. X4RTBPFW4 unreadable`],
    ["passport or licence", false, "D1234567", `license_number: D1234567`],
    ["position", false, "48.858370, 2.294481", `vehicle at 48.858370, 2.294481 (lat, lon) lost`],
    ["position", false, "48.85837", `"loc":{"type":"Point","coordinates":[2.294481,48.85837]}`],
  ];
}

/** Held-out texts: `rounds` of each, with other values. Lines without a text take the plainest one. */
export const unseenCases = (seed: number, rounds: number): Case[] =>
  Array.from({ length: rounds }, (_, round) => lines(seed + round))
    .flat()
    .map(([kind, isSecret, value, text]) => ({
      kind,
      isSecret,
      value,
      text: text === "" ? plainest(kind, value) : text,
    }));

const plainest = (kind: string, value: string): string =>
  kind === "aws secret key"
    ? `{"AccessKeyId":"x","SecretAccessKey":"${value}","Expiration":1}`
    : kind === "private key"
      ? `12:01:02 ${value}`
      : `sid=${value}`;
