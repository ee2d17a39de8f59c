import fc from "fast-check";
import { expect, it } from "vitest";
import { allowedAddress } from "../../../src/connectors/web/allowed-address.ts";

const TEAM = "https://runbooks.example.com/team/";
const shown = (address: string, ...prefixes: string[]) =>
  allowedAddress(address, prefixes.length === 0 ? [TEAM] : prefixes)?.href ?? null;

it.each([
  ["https://runbooks.example.com/team/disk.md", "https://runbooks.example.com/team/disk.md"],
  ["https://RUNBOOKS.example.com:443/team/a/../disk.md#steps", "https://runbooks.example.com/team/disk.md"],
  ["https://runbooks.example.com/team/voll%C3%A4ufer", "https://runbooks.example.com/team/voll%C3%A4ufer"],
  ["https://runbooks.example.com/team/", "https://runbooks.example.com/team/"],
])("allows %s, which lies below the prefix", (address, expected) => {
  expect(shown(address)).toBe(expected);
});

it.each([
  "https://runbooks.example.com/team",
  "https://runbooks.example.com/teams/disk",
  "https://runbooks.example.com/",
  "https://runbooks.example.com/team/../admin",
  "https://runbooks.example.com/team/%2e%2e/admin",
  "https://runbooks.example.com/team/%2e%2e%2fadmin",
  "https://runbooks.example.com/team/..%5cadmin",
  String.raw`https://runbooks.example.com/team/..\admin`,
  "https://runbooks.example.com/team/..;/admin",
  "https://runbooks.example.com/team/%252e%252e/admin",
  "https://runbooks.example.com/team/a%00b",
  "https://runbooks.example.com/team/%zz",
  "https://runbooks.example.com/team/disk?next=http://10.0.0.1/",
  "https://ada:pw@runbooks.example.com/team/disk",
  "https://runbooks.example.com@evil.example/team/disk",
  "http://runbooks.example.com/team/disk",
  "https://runbooks.example.com:8443/team/disk",
  "https://runbooks.example.com.evil.example/team/disk",
  "https://evil.example/team/disk",
  "file:///team/disk",
  "javascript:alert(1)",
  "//runbooks.example.com/team/disk",
  "",
])("does not allow %s", (address) => {
  expect(shown(address)).toBeNull();
});

it("reads a prefix without a final slash as the page itself and everything below it", () => {
  expect(shown("https://h.example/team", "https://h.example/team")).toBe("https://h.example/team");
  expect(shown("https://h.example/team/disk", "https://h.example/team")).toBe("https://h.example/team/disk");
  expect(shown("https://h.example/teams", "https://h.example/team")).toBeNull();
});

it("allows nothing without prefixes", () => {
  expect(allowedAddress("https://runbooks.example.com/team/disk", [])).toBeNull();
});

it("never leaves the prefix, whatever follows it", () => {
  const tail = fc
    .array(
      fc.constantFrom(
        "..",
        ".",
        "/",
        "\\",
        "%2e",
        "%2f",
        "%5c",
        "%25",
        ";",
        "@",
        ":",
        "?",
        "#",
        "a",
        "%",
        "\t",
        "\u0000",
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(""));
  const allowed = fc.sample(tail, { numRuns: 5_000, seed: 1 }).flatMap((text) => shown(TEAM + text) ?? []);
  expect(allowed.length).toBeGreaterThan(100);
  expect(
    allowed.filter(
      (address) =>
        !/^https:\/\/runbooks\.example\.com\/team\/(?!.*(?:^|\/)\.\.(?:;|\/|$))[^%?#\\]*$/.test(
          decodeURIComponent(address),
        ),
    ),
  ).toEqual([]);
});
