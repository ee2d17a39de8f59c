import { describe, expect, it } from "vitest";
import { redactSecrets } from "../../src/llm/redact.ts";

// Put together here, so that no scanner takes this file for a leak.
const AWS = `AKIA${"IOSFODNN7EXAMPLE"}`;
const GOOGLE = `AIza${"SyA1234567890abcdefghijklmnopqrstuv"}`;
const JWT = `eyJ${"hbGciOiJIUzI1NiJ9"}.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N`;

describe("what is secret is masked", () => {
  it.each([
    ["an e-mail address", "mail to jane.doe+x@mail.example.co.uk failed", "jane"],
    ["a bearer token", "Authorization: Bearer abcDEF123456.xyz", "abcDEF123456"],
    ["basic credentials", "authorization: basic dXNlcjpwYXNz", "dXNlcjpwYXNz"],
    ["a JWT", `session ${JWT} expired`, "eyJ"],
    ["an AWS key", `using ${AWS}`, AWS],
    ["a Google key", `?key=${GOOGLE}&x=1`, GOOGLE],
    ["a GitHub token", `remote: ghp_${"a1B2".repeat(9)}`, "ghp_"],
    ["an OpenAI key", `sk-${"proj-abcdefghijklmnop1234"}`, "sk-proj"],
    ["a Slack token", `xoxb-${"123456789012-abcdef"}`, "xoxb"],
    ["a password in an address", "postgres://app:hunter2@db:5432/shop", "hunter2"],
    ["a password without a user", "redis://:hunter2@cache:6379", "hunter2"],
    ["a card number", "card 4111 1111 1111 1111 declined", "4111"],
    ["a card number without blanks", "pan=5500005555555559", "5500005555555559"],
    ["a password", "login failed, password=hunter2, user=7", "hunter2"],
    ["a password in JSON", '{"db_password": "hunter2"}', "hunter2"],
    ["an API key in a header", "X-Api-Key: abc-123-def", "abc-123-def"],
    ["a client secret", "client_secret=>s3cr3tvalue", "s3cr3tvalue"],
    ["a random word next to a key word", "used token (q8Zr4Lw0Xn7Tb2Vk)", "q8Zr4Lw0Xn7Tb2Vk"],
    ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", "MIIEow"],
    ["half of a private key", "-----BEGIN PRIVATE KEY-----\nMIIEow", "MIIEow"],
  ])("%s", (_, text, secret) => {
    const masked = redactSecrets(text);
    expect(masked).not.toContain(secret);
    expect(masked).toContain("[redacted");
  });
});

it.each([
  "Wait for a connection rose to 812 ms from 3 ms", "GET /v2/items/<*> failed with status 503", "token expired after <*> s", "password=<*> rejected", "password: null",
  "order 4111111111111112 shipped", "at 2026-11-23T08:41:02.500Z", "traceId 4bf92f3577b34da6a3ce929d0e0e4736", "http://store:8080/checkout", "orders-db-7f9c@node-1", "tokenizer loaded in 12 ms", "secretary is on leave",
])("leaves alone what is not: %s", (text) => {
  expect(redactSecrets(text)).toBe(text);
});

it("keeps what stands around a secret", () => {
  expect(redactSecrets("connect postgres://app:hunter2@db:5432/shop as app")).toBe("connect postgres://[redacted]@db:5432/shop as app");
});

it("masks a masked text no further", () => {
  const once = redactSecrets(`password=hunter2 ${JWT} jane@mail.example.com`);
  expect(redactSecrets(once)).toBe(once);
});
