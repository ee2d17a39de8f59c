import fc from "fast-check";
import { expect, it } from "vitest";
import { maskSecrets } from "../../src/memory/mask.ts";

// Made up here, in pieces, so that no scanner takes this file for a leak.
const key = (...parts: string[]): string => parts.join("");

it.each([
  ["mail from kim.lee+ops@mail.example.co.uk failed", "mail from ⟨email⟩ failed"],
  [`Authorization: Bearer ${key("abc123", ".def-456_ghi")}`, "Authorization: Bearer ⟨token⟩"],
  ["Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic ⟨token⟩"],
  [`token ${key("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0In0", ".c2lnbmF0dXJl")} expired`, "token ⟨jwt⟩ expired"],
  [`id ${key("AKIA", "IOSFODNN7EXAMPLE")} used`, "id ⟨aws-key⟩ used"],
  [`key=${key("AIza", "B".repeat(35))}`, "key=⟨google-key⟩"],
  [`push with ${key("ghp_", "a1B2".repeat(9))}`, "push with ⟨git-token⟩"],
  [`hook ${key("xoxb-", "123456789012-abcdef")}`, "hook ⟨slack-token⟩"],
  [`model key ${key("sk-proj-", "a1b2c3d4e5f6g7h8")}`, "model key ⟨api-key⟩"],
  ["connect postgres://app:s3cr%2Ft@db:5432/orders", "connect postgres://⟨credentials⟩@db:5432/orders"],
  ["redis://:hunter2@cache:6379 refused", "redis://⟨credentials⟩@cache:6379 refused"],
  ["login password=hunter2, retry", "login password=⟨secret⟩, retry"],
  ['{"api_key": "a b c", "user": "kim"}', '{"api_key": ⟨secret⟩, "user": "kim"}'],
  ["AWS_SECRET_ACCESS_KEY=abc/def+ghi", "AWS_SECRET_ACCESS_KEY=⟨secret⟩"],
  ["paid with 4111 1111 1111 1111 today", "paid with ⟨card⟩ today"],
  ["card 5500-0055-5555-5559", "card ⟨card⟩"],
  ["amex 378282246310005", "amex ⟨card⟩"],
  [`x ${key("-----BEGIN RSA ", "PRIVATE KEY-----")}\nMIIE\nabc\n${key("-----END RSA ", "PRIVATE KEY-----")} y`, "x ⟨private-key⟩ y"],
])("masks %j", (text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
});

it.each([
  "trace 6f3cbf058c2765548a39ad724905d6a1 span 576f9c38fc25e197",
  "at 1674981742383150913 ns, 1674981742383 ms",
  "pod orders-5c66d57d58-6mp2b on node-7 (10.0.12.7:8080)",
  "4111 1111 1111 1112 fails the check of a card number",
  "uuid 3fa85f64-5717-4562-b3fc-2c963f66afa6",
  "basic checks passed; token <*> refused by <*>",
  "GET http://orders:8080/api?page=2 took 5 ms",
  "image registry.example.com/shop/orders@sha256:0f1e2d",
  "the password was wrong",
])("leaves %j as it is", (text) => {
  expect(maskSecrets(text)).toBe(text);
});

it("changes nothing that it masked before, and ends on any text", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("password=", "a@b.", "https://", ":", "@", " ", "4111 1111 1111 1111", "Bearer ", "eyJ", ".", "x".repeat(30), '"', "\n", "⟨"), { maxLength: 40 }), (parts) => {
      const masked = maskSecrets(parts.join(""));
      expect(maskSecrets(masked)).toBe(masked);
    }),
  );
});
