import fc from "fast-check";
import { expect, it } from "vitest";
import { redactPersonal } from "../../src/domain/redact-personal.ts";

it.each([
  ["mail from kim.lee@example.com failed", "mail from ⟨email⟩ failed"],
  ["paid with 4111 1111 1111 1111 today", "paid with ⟨card⟩ today"],
  ["set password=hunter2chg, retry", "set password=⟨secret⟩, retry"],
  ["refused 203.0.113.7:5432 twice", "refused ⟨ip⟩:5432 twice"],
  ["from 2001:db8:0:0:0:0:2:1 and fe80::1ff:fe23:4567:890a", "from ⟨ip⟩ and ⟨ip⟩"],
  ["listening on ::1", "listening on ⟨ip⟩"],
  ["call +49 170 1234567 now", "call ⟨phone⟩ now"],
  ["call +1 (555) 123-4567 now", "call ⟨phone⟩ now"],
  ["call (555) 123-4567 or 555-123-4567", "call ⟨phone⟩ or ⟨phone⟩"],
  ["user=alice did it", "user=⟨user⟩ did it"],
  ['{"userId": 4711, "ok": true}', '{"userId": ⟨user⟩, "ok": true}'],
  ['{"user":"alice"}', '{"user":⟨user⟩}'],
  ["customer_id=C-0815; retry", "customer_id=⟨user⟩; retry"],
  ["user 4711 not found", "user ⟨user⟩ not found"],
  ["account id 6f1e2d3c-aa11-4b22-8c33-0123456789ab closed", "account id ⟨user⟩ closed"],
  ["login: jdoe42", "login: ⟨user⟩"],
  ["open /home/alice/app.log", "open /home/⟨user⟩/app.log"],
])("masks %j", (text, masked) => {
  expect(redactPersonal(text)).toBe(masked);
});

it.each([
  "at 2026-11-23T05:43:16.940Z",
  "08:12:33 08:12:34",
  "std::string and cafe::Order::new",
  "pod user-service-5d4f8c7b9d-x2x4z restarted",
  "user-1: alert mem_usage up",
  "user: not found",
  "user not found",
  "order=<*> user=<*> items=<*>",
  "sku 100-200-300",
  "image shop:1.2.3",
  "trace 4bf92f3577b34da6a3ce929d0e0e4736",
  "took 123456789 ns, 1700000000000",
  "latency rose from 12.5 ms to 830.0 ms",
])("does not mask %j", (text) => {
  expect(redactPersonal(text)).toBe(text);
});

it("does not change masked text", () => {
  const parts = fc.constantFrom(
    "user=alice",
    "4711",
    "10.0.0.1",
    "alice",
    "user",
    "+49 170 1234567",
    ":",
    '"',
    "id",
    "::1",
    "kim@example.com",
    "customer ",
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), (words) => {
      const once = redactPersonal(words.join(" "));
      expect(redactPersonal(once)).toBe(once);
    }),
  );
});

it("reads a long line in linear time", () => {
  const hostile = [
    "user=".repeat(20_000),
    "1.".repeat(50_000),
    "a:".repeat(50_000),
    "+1 ".repeat(40_000),
    "user ".repeat(30_000),
  ];
  for (const text of hostile) expect(redactPersonal(text).length).toBeGreaterThan(0);
});

it("does not read the name of a number inside a longer word", () => {
  const text = "an alert since 2026-03-01 10:22:33, nearest 2026-03-02 11";
  expect(redactPersonal(text)).toBe(text);
});
