import { describe, expect, it } from "vitest";
import type { Approver } from "../../src/domain/approver.ts";
import { Policy } from "../../src/domain/policy.ts";
import { checkAuthority, personOf, type Proposer } from "../../src/remediation/authority.ts";

const { people } = Policy.parse({
  people: {
    ana: { cli: "ana", http: "key-a", web: "oidc:ana", slack: "U1", roles: ["sre"] },
    bo: { web: ["oidc:bo", "key-b"], roles: ["sre"] },
  },
});
const web = (id: string, name = id): Approver => ({ surface: "web", id, name });
const http = (id: string, name = id): Approver => ({ surface: "http", id, name });
const TWO = { mode: "two_approvers", rule: "production", roles: null, why: "" } as never;

const check = (approver: Approver, given: readonly Approver[], proposer: Proposer = null) =>
  checkAuthority({ requirement: TWO, people, approver, proposer, given: given.map((one) => ({ approver: one })) });
const reasonOf = (...args: Parameters<typeof check>): string => {
  const found = check(...args);
  return found.ok ? `ok, ${found.missing} missing` : found.reason;
};

describe("a person with several sign-ins", () => {
  it.each<[string, Approver, Approver]>([
    ["one key over HTTP and on a page", http("key-9"), web("key-9")],
    ["the configured key over HTTP and on a page", http("configured"), web("configured")],
    ["an account and a key of the policy", web("oidc:ana"), http("key-a")],
    ["an account and the same key on a page", web("oidc:ana"), web("key-a")],
    ["an account and the user of a machine", web("oidc:ana"), { surface: "cli", id: "ana", name: "ana" }],
    ["an account and a Slack user", web("oidc:ana"), { surface: "slack", id: "U1", name: "x" }],
    ["a key that the policy lists for pages, over HTTP", web("oidc:bo"), http("key-b")],
  ])("is one of two: %s", (_, first, second) => {
    expect(personOf(first, people)).toBe(personOf(second, people));
    expect(reasonOf(second, [first])).toBe("same_person");
    expect(reasonOf(first, [second])).toBe("same_person");
  });

  it("is not somebody else of the same name", () => {
    expect(reasonOf(web("oidc:x", "Ana"), [web("oidc:y", "Ana")])).toBe("ok, 0 missing");
    expect(personOf(web("oidc:zed", "key-a"), people)).toBe("web:oidc:zed");
    expect(personOf(web("oidc:zed", "oidc:ana"), people)).toBe("web:oidc:zed");
    expect(personOf(web("oidc:key-a"), people)).toBe("web:oidc:key-a");
  });
});

describe("who asked for the analysis is not one of two", () => {
  it.each<[string, Approver, string]>([
    ["by account, whatever it is called now", web("oidc:eve", "Eve Two"), "Eve One (oidc:eve)"],
    ["by account, with a name that names another", web("oidc:eve", "Eve"), "x (oidc:ana) (oidc:eve)"],
    ["by the other account of the policy's person", http("key-a"), "Ana (oidc:ana)"],
    ["by key, then by account", web("oidc:bo"), "key-b"],
    ["by key on a page", web("key-9", "laptop"), "laptop"],
  ])("%s", (_, approver, name) => {
    expect(reasonOf(approver, [], { name })).toBe("proposer");
  });
  it("but somebody else is, also with the same display name", () => {
    expect(reasonOf(web("oidc:ada", "Eve One"), [], { name: "Eve One (oidc:eve)" })).toBe("ok, 1 missing");
  });
});

it("takes nobody who asked for the action itself as one of two, nor who edited it", () => {
  const eve = web("oidc:eve");
  const given = [{ approver: eve }];
  const input = { requirement: TWO, people, proposer: null, given: [] };
  for (const as of ["requester", "editor"]) {
    expect(checkAuthority({ ...input, approver: eve, [as]: eve })).toMatchObject({ ok: false, reason: "proposer" });
    expect(checkAuthority({ ...input, approver: web("oidc:bo"), given, [as]: eve })).toEqual({ ok: true, missing: 1 });
  }
});

it("takes nobody on this machine without a key as one of two, on a page as over HTTP", () => {
  expect(reasonOf(web("local"), [])).toBe("anonymous");
  expect(reasonOf(web("oidc:ana"), [web("local"), http("local")])).toBe("ok, 1 missing");
});

it("gives roles of the policy to accounts by their id alone", () => {
  const role = (approver: Approver) =>
    checkAuthority({
      requirement: { mode: "one_approver", rule: "r", roles: ["sre"], why: "" } as never,
      people,
      approver,
      proposer: null,
      given: [],
    }).ok;
  expect([
    role(web("oidc:ana")),
    role(web("key-a")),
    role(web("oidc:x", "ana")),
    role(web("oidc:x", "oidc:ana")),
  ]).toEqual([true, true, false, false]);
});
