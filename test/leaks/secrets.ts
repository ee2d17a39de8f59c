import { ALNUM, BASE64URL, DIGITS, type Draw, HEX, LOWER, UPPER } from "./draw.ts";

/**
 * `value`: what must not be left. `shown`: how it stands in a text if it needs no name beside it; absent: it needs one.
 */
export type Planted = { value: string; shown?: string };
export type Kind = {
  kind: string;
  draw: (draw: Draw) => Planted;
  says: readonly ((shown: string, draw: Draw) => string)[];
};

const bare =
  (make: (draw: Draw) => string): Kind["draw"] =>
  (draw) => ({ value: make(draw) });
/** Base64 of text, as programs write it. */
export const base64 = (text: string): string => Buffer.from(text).toString("base64");
const jsonPart = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A word and a number, or letters of all kinds, as people and generators choose passwords. */
export const password = (draw: Draw): string =>
  draw.int(2) === 0
    ? `${draw.of(["Winter", "dragon", "Summer", "letmein", "Tr0ub4dor", "hunter", "qwertz"])}${draw.int(9000) + 100}${draw.of(["", "!", "#", "$x"])}`
    : draw.text(`${ALNUM}!#%*+_-`, 10 + draw.int(14));
const plain = (draw: Draw): string => draw.text(ALNUM, 12 + draw.int(20));

/** Sentences of programs for a credential that has a form of its own, so that no name is needed beside it. */
const WHEREVER: Kind["says"] = [
  (v) => `request rejected by upstream: credential ${v} was revoked`,
  (v) => `{"level":"warn","msg":"retrying with ${v}","attempt":2}`,
  (v) => `GET /v2/items?k=${v}&page=3 HTTP/1.1 403`,
  (v) => `level=error component=sync err="401 for ${v}" dur=12ms`,
  (v) => `    at Client.send (/srv/app/client.js:10:5) [${v}]`,
  (v) => `curl -H 'X-Custom: ${v}' https://api.internal/run`,
  (v) => `env: FOO=bar BAZ=${v} HOME=/root`,
  (v) => `Event(v1.Pod{Name:"web-0"}): Liveness probe failed, arg ${v}`,
  (v) => `payload {\\"cred\\":\\"${v}\\"} dropped`,
  (v) => `redirect to https%3A%2F%2Fapp.example.org%2Fcb%3Fx%3D${encodeURIComponent(v)}%26s%3D1`,
  (v) => `<cred>${v}</cred>`,
  (v) => `- ${v}`,
];

/** Sentences for a value that only the name beside it shows to be secret. */
const named = (names: readonly string[]): Kind["says"] => [
  (v, draw) => `connection refused: ${draw.of(names)}=${v} host=db-1`,
  (v, draw) => `{"ts":"2026-11-23T08:41:02Z","${draw.of(names)}":"${v}","retry":true}`,
  (v, draw) => `config loaded: ${draw.of(names)}: ${v}`,
  (v, draw) => `body="{\\"${draw.of(names)}\\":\\"${v}\\",\\"n\\":1}"`,
  (v, draw) => `POST /login?${draw.of(names).replaceAll(" ", "_")}=${encodeURIComponent(v)}&next=%2Fhome 500`,
  (v, draw) => `form ${encodeURIComponent(`user=x&${draw.of(names).replaceAll(" ", "_")}=${v}&go=1`)} rejected`,
  (v, draw) => `  ${draw.of(names)}: "${v}"`,
  (v, draw) => `${draw.of(names).toUpperCase()}='${v}' ./start.sh`,
  (v, draw) => `{&quot;${draw.of(names)}&quot;:&quot;${v}&quot;}`,
];

export const SECRET_KINDS: readonly Kind[] = [
  {
    kind: "password",
    draw: bare(password),
    says: [
      ...named([
        "password",
        "passwd",
        "pwd",
        "db_password",
        "spring.datasource.password",
        "userPassword",
        "DB_PASS",
        "passphrase",
      ]),
      (v) => `mysqldump --host db --password ${v} shop`,
      (v) => `<user>app</user><password>${v.replaceAll("&", "+")}</password>`,
      (v) => `ALTER USER app IDENTIFIED BY '${v}'`,
      (v) => `PGPASSWORD=${v} psql -h db`,
      (v) => `on-call: the db password is "${v}", please rotate`.replace("is ", "= "),
    ],
  },
  {
    kind: "password in other languages",
    draw: bare(password),
    says: named([
      "Passwort",
      "Kennwort",
      "mot de passe",
      "contraseña",
      "senha",
      "wachtwoord",
      "lösenord",
      "hasło",
      "пароль",
      "密码",
      "パスワード",
      "비밀번호",
      "parola",
      "şifre",
    ]),
  },
  {
    kind: "url credentials",
    draw: bare((draw) => draw.text(ALNUM, 8 + draw.int(14))),
    says: [
      (v, draw) =>
        `dial ${draw.of(["postgres", "mysql", "mongodb+srv", "amqp", "redis", "https", "clickhouse", "ldap", "ftp"])}://svc:${v}@db.prod:5432/shop: timeout`,
      (v) => `DATABASE_URL=postgresql+asyncpg://app:${v}@10.0.0.7/shop?sslmode=require`,
      (v) => `{"dsn":"redis://:${v}@cache:6379/0"}`,
      (v) => `git clone https://oauth2:${v}@git.example.org/team/app.git failed`,
      (v) => `jdbc:oracle:thin:scott/${v}@//ora-1:1521/XE unreachable`,
      (v) => `dsn "app:${v}@tcp(db:3306)/shop"`,
      (v) => `next=${encodeURIComponent(`postgres://app:${v}@db/shop`)}`,
    ],
  },
  {
    kind: "connection string",
    draw: bare(plain),
    says: [
      (v) => `Server=tcp:sql1.example.org,1433;Database=shop;User Id=app;Password=${v};Encrypt=True`,
      (v) => `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${v}Aa1==;EndpointSuffix=core.windows.net`,
      (v) => `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey=${v}=`,
      (v) => `host=db user=app password='${v}' dbname=shop`,
      (v) =>
        `sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="${v}";`,
    ],
  },
  {
    kind: "bearer token",
    draw: bare((draw) => draw.text(`${ALNUM}._~-`, 24 + draw.int(30)).replace(/^[^A-Za-z0-9]/, "a")),
    says: [
      (v) => `> Authorization: Bearer ${v}`,
      (v) => `headers={"authorization":"Bearer ${v}","accept":"*/*"}`,
      (v) => `authorization=Bearer%20${encodeURIComponent(v)}`,
      (v) => `proxy-authorization: bearer ${v}`,
      (v) => `Authorization: Bearer\n    ${v}`,
      (v) => `metadata: {'authorization': ['Bearer ${v}']}`,
    ],
  },
  {
    kind: "basic credentials",
    draw: bare((draw) => base64(`app:${draw.text(ALNUM, 9 + draw.int(9))}1`)),
    says: [
      (v) => `> Authorization: Basic ${v}`,
      (v) => `{"Authorization":"Basic ${v}"}`,
      (v) => `auth header basic ${v} refused`,
      (v) => `curl -H "Authorization: Basic ${v}" http://x`,
    ],
  },
  {
    kind: "cookie",
    draw: bare((draw) => draw.text(ALNUM, 22 + draw.int(20))),
    says: [
      (v) => `Cookie: theme=dark; sid=${v}; lang=en`,
      (v) => `Set-Cookie: session=${v}; Path=/; HttpOnly`,
      (v) => `{"headers":{"cookie":"_ga=1; connect.sid=s%3A${v}"}}`,
      (v) => `JSESSIONID=${v} not found in store`,
      (v) => `PHPSESSID=${v}; expired`,
    ],
  },
  {
    kind: "session id",
    draw: bare((draw) => draw.text(HEX, 31) + draw.of([..."abcdef"])),
    says: [
      (v) => `session_id=${v} evicted`,
      (v) => `{"sessionId":"${v}","user":"x"}`,
      (v) => `sessionid: "${v}"`,
      (v) => `GET /app;jsessionid=${v}?a=1`,
    ],
  },
  {
    kind: "json web token",
    draw: bare(
      (draw) =>
        `${jsonPart({ alg: "HS256", typ: "JWT" })}.${jsonPart({ sub: draw.text(DIGITS, 8), iat: 1_767_000_000 + draw.int(9e6) })}.${draw.text(BASE64URL, 43)}`,
    ),
    says: [...WHEREVER, (v) => `token:\n  ${v.slice(0, 40)}\n  ${v.slice(40, 80)}\n  ${v.slice(80)}`],
  },
  {
    kind: "aws access key id",
    draw: bare((draw) => `${draw.of(["AKIA", "ASIA"])}${draw.text(UPPER + "234567", 16)}`),
    says: WHEREVER,
  },
  {
    kind: "aws secret key",
    draw: bare((draw) => draw.text(`${ALNUM}/+`, 40)),
    says: [
      (v) => `aws_secret_access_key = ${v}`,
      (v) => `{"SecretAccessKey":"${v}"}`,
      (v) => `AWS_SECRET_ACCESS_KEY=${v} aws s3 ls`,
      (v) => `secretKey: ${v}`,
    ],
  },
  {
    kind: "google key",
    draw: bare((draw) =>
      draw.of([
        () => `AIza${draw.text(BASE64URL, 35)}`,
        () => `ya29.${draw.text(BASE64URL, 60)}`,
        () => `GOCSPX-${draw.text(BASE64URL, 28)}`,
      ])(),
    ),
    says: WHEREVER,
  },
  {
    kind: "azure secret",
    draw: bare((draw) =>
      draw.of([() => `${draw.text(ALNUM, 86)}==`, () => `${draw.text(ALNUM, 3)}8Q~${draw.text(ALNUM, 34)}`])(),
    ),
    says: WHEREVER.slice(0, 9),
  },
  {
    kind: "github token",
    draw: bare((draw) =>
      draw.of([
        () => `${draw.of(["ghp", "gho", "ghu", "ghs", "ghr"])}_${draw.text(ALNUM, 36)}`,
        () => `github_pat_${draw.text(ALNUM, 22)}_${draw.text(ALNUM, 59)}`,
      ])(),
    ),
    says: WHEREVER,
  },
  {
    kind: "gitlab token",
    draw: bare((draw) => `${draw.of(["glpat", "glrt", "gldt", "glptt"])}-${draw.text(BASE64URL, 20)}`),
    says: WHEREVER,
  },
  {
    kind: "slack token",
    draw: bare((draw) =>
      draw.of([
        () => `xox${draw.of([..."bpars"])}-${draw.text(DIGITS, 11)}-${draw.text(DIGITS, 12)}-${draw.text(ALNUM, 24)}`,
        () => `xapp-1-A${draw.text(UPPER, 9)}-${draw.text(DIGITS, 12)}-${draw.text(HEX, 40)}`,
      ])(),
    ),
    says: WHEREVER,
  },
  { kind: "npm token", draw: bare((draw) => `npm_${draw.text(ALNUM, 36)}`), says: WHEREVER },
  { kind: "pypi token", draw: bare((draw) => `pypi-AgEIcHlwaS5vcmc${draw.text(BASE64URL, 70)}`), says: WHEREVER },
  {
    kind: "stripe key",
    draw: bare((draw) => `${draw.of(["sk", "rk", "pk"])}_${draw.of(["live", "test"])}_${draw.text(ALNUM, 24)}`),
    says: WHEREVER,
  },
  {
    kind: "openai key",
    draw: bare((draw) =>
      draw.of([
        () => `sk-${draw.text(ALNUM, 48)}`,
        () => `sk-proj-${draw.text(BASE64URL, 60)}`,
        () => `sk-ant-api03-${draw.text(BASE64URL, 60)}`,
      ])(),
    ),
    says: WHEREVER,
  },
  { kind: "hugging face token", draw: bare((draw) => `hf_${draw.text(LOWER + UPPER, 34)}`), says: WHEREVER },
  {
    kind: "sendgrid key",
    draw: bare((draw) => `SG.${draw.text(BASE64URL, 22)}.${draw.text(BASE64URL, 43)}`),
    says: WHEREVER,
  },
  { kind: "twilio key", draw: bare((draw) => `SK${draw.text(HEX, 32)}`), says: WHEREVER },
  {
    kind: "mailgun or mailchimp key",
    draw: bare((draw) =>
      draw.of([() => `key-${draw.text(HEX, 32)}`, () => `${draw.text(HEX, 32)}-us${1 + draw.int(20)}`])(),
    ),
    says: WHEREVER,
  },
  {
    kind: "telegram or discord bot token",
    draw: bare((draw) => `${1 + draw.int(9)}${draw.text(DIGITS, 8)}:AA${draw.text(BASE64URL, 33)}`),
    says: WHEREVER.slice(0, 9),
  },
  {
    kind: "vault, grafana, docker or databricks token",
    draw: bare((draw) =>
      draw.of([
        () => `hvs.${draw.text(ALNUM, 24)}`,
        () => `glsa_${draw.text(ALNUM, 32)}_${draw.text(HEX, 8)}`,
        () => `dckr_pat_${draw.text(BASE64URL, 27)}`,
        () => `dapi${draw.text(HEX, 32)}`,
      ])(),
    ),
    says: WHEREVER,
  },
  {
    kind: "private key",
    draw: (draw) => {
      const body = Array.from({ length: 6 }, () => draw.text(`${ALNUM}+/`, 64));
      return {
        value: body.join(""),
        shown: `${draw.of(["RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED "])}|${body.join("\n")}`,
      };
    },
    says: [
      (v) =>
        `-----BEGIN ${v.split("|")[0]}PRIVATE KEY-----\n${v.split("|")[1]}\n-----END ${v.split("|")[0]}PRIVATE KEY-----`,
      (v) =>
        JSON.stringify({
          private_key: `-----BEGIN PRIVATE KEY-----\n${v.split("|")[1]}\n-----END PRIVATE KEY-----\n`,
          type: "service_account",
        }),
      (v) => `tls.key: -----BEGIN ${v.split("|")[0]}PRIVATE KEY-----\n${v.split("|")[1]}`,
    ],
  },
  {
    kind: "private key, a line a record",
    draw: bare((draw) => draw.text(`${ALNUM}+/`, 64)),
    says: [(v) => v, (v) => `  ${v}`],
  },
  {
    kind: "webhook address",
    draw: (draw) => {
      const secret = draw.text(ALNUM, 24);
      return {
        value: secret,
        shown: draw.of([
          `https://hooks.slack.com/services/T${draw.text(UPPER, 8)}/B${draw.text(UPPER, 8)}/${secret}`,
          `https://discord.com/api/webhooks/${draw.text(DIGITS, 18)}/${secret}`,
          `https://shop.webhook.office.com/webhookb2/${draw.text(HEX, 8)}@x/IncomingWebhook/${secret}/1`,
          `https://hooks.zapier.com/hooks/catch/${draw.text(DIGITS, 6)}/${secret}/`,
          `https://events.pagerduty.com/integration/${secret}/enqueue`,
        ]),
      };
    },
    says: [(v) => `post to ${v} failed: 404`, (v) => `{"url":"${v}"}`, (v) => `receiver slack: url=${v} retries=3`],
  },
  {
    kind: "one-time code",
    draw: bare((draw) => `${1 + draw.int(9)}${draw.text(DIGITS, 5)}`),
    says: [
      (v) => `sms gateway: your verification code is ${v}`,
      (v) => `otp=${v} rejected for login`,
      (v) => `{"otp":"${v}"}`,
      (v) => `one-time password: ${v}`,
      (v) => `2FA code: ${v} expired`,
      (v) => `mfa_code=${v}`,
      (v) => `код подтверждения: ${v}`,
    ],
  },
  {
    kind: "api key by its name",
    draw: bare((draw) => draw.text(ALNUM, 20 + draw.int(20))),
    says: [
      ...named([
        "api_key",
        "apikey",
        "x-api-key",
        "client_secret",
        "auth_token",
        "access_token",
        "refresh_token",
        "secret_key",
        "DD_API_KEY",
        "accessKey",
        "signing_key",
      ]),
      (v) => `GET /blob?sv=2022&se=2026&sig=${v}%3D&sp=r`,
      (v) => `X-Auth-Token: ${v}`,
      (v) => `x-amz-security-token: ${v}`,
    ],
  },
  {
    kind: "base64 beside a name",
    draw: (draw) => {
      const value = base64(password(draw) + draw.text(LOWER, 6));
      return { value };
    },
    says: [
      (v) => `data:\n  password: ${v}`,
      (v) => `{"kind":"Secret","data":{"token":"${v}"}}`,
      (v) => `secret=${v}`,
      (v) => `db-password: ${v}`,
    ],
  },
  {
    kind: "credential inside base64",
    draw: (draw) => {
      const value = base64(`{"user":"app","password":"${draw.text(ALNUM, 14)}"}`);
      return { value };
    },
    says: [(v) => `envelope ${v} rejected`, (v) => `{"blob":"${v}"}`, (v) => `x=${v} y=1`],
  },
  {
    kind: "password hash",
    draw: bare((draw) => `$2b$12$${draw.text(`${ALNUM}./`, 53)}`),
    says: WHEREVER.slice(0, 7),
  },
];
