import { mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { causeway } from "./run-cli.ts";

let env: Record<string, string>;
beforeEach(() => {
  env = { CAUSEWAY_HOME: mkdtempSync(join(tmpdir(), "causeway-keys-")) };
});

it("makes a key that is alone on stdout, lists it without its secret, and revokes it once", async () => {
  const made = await causeway(["keys", "create", "on-call bot", "--scope", "read", "--scope", "approve"], { env });
  const secret = made.stdout.trim();
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^cwk_[\w-]{40,}\n$/),
    stderr: expect.stringMatching(/^Created key-\w+ \(on-call bot\) with scope read, approve\./),
  });

  const [listed] = JSON.parse((await causeway(["keys", "list", "--json"], { env })).stdout);
  expect(listed).toEqual({
    id: expect.any(String),
    name: "on-call bot",
    scopes: ["read", "approve"],
    created_at: expect.any(String),
    revoked_at: null,
  });

  expect((await causeway(["keys", "revoke", listed.id], { env })).stdout).toContain("Revoked ");
  expect((await causeway(["keys", "revoke", listed.id], { env })).stdout).toContain("was already revoked");
  expect((await causeway(["keys", "list"], { env })).stdout).toContain("revoked 2");
  expect((await readFile(join(String(env.CAUSEWAY_HOME), "causeway.db"))).includes(secret)).toBe(false);
});

it("says only at the first key that every request needs a key", async () => {
  const create = async () => (await causeway(["keys", "create", "bot", "--scope", "read"], { env })).stderr;
  expect(await create()).toContain("From now on every request needs a key");
  expect(await create()).not.toContain("From now on");
});

it("lists its scopes, and reports when there are no keys", async () => {
  expect(await causeway(["keys", "create", "x", "--scope", "root"], { env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("read, analyse, approve, admin, execute or all"),
  });
  expect(await causeway(["keys", "create", "x"], { env })).toMatchObject({ code: 2 });
  expect((await causeway(["keys", "list"], { env })).stdout).toContain("There are no keys");
  expect(await causeway(["keys", "revoke", "key-none"], { env })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no key key-none\n.*Revoke a key by its id/),
  });
});
