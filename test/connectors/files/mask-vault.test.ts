import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { MASK_KEY_FILE, MASK_VAULT_FILE, openMaskVault } from "../../../src/connectors/files/mask-vault.ts";
import { tempDir } from "../../compose/recorded-suite.ts";

const open = (home: string, keyText: string | null = null, reveal = true) => openMaskVault({ home, keyText, reveal });

it("writes equal marks for equal values, also after a restart, and others for other kinds and values", async () => {
  const home = await tempDir();
  const mark = open(home).mark("email", "ada@example.com");
  expect(mark).toMatch(/^⟨email:[b-z]{10}⟩$/);
  expect(open(home).mark("email", "ada@example.com")).toBe(mark);
  expect(open(home).mark("email", "bob@example.com")).not.toBe(mark);
  expect(open(home).mark("name", "ada@example.com").slice(6)).not.toBe(mark.slice(7));
});

it("writes other marks on another installation, and the same ones with the same configured key", async () => {
  const [here, there] = [await tempDir(), await tempDir()];
  const markOf = (home: string, key: string | null) => open(home, key).mark("phone", "+491701234567");
  expect(markOf(here, null)).not.toBe(markOf(there, null));
  expect(markOf(here, "a shared key of 20 c")).toBe(markOf(there, "a shared key of 20 c"));
});

it("puts personal data back, and keeps no secret in any file", async () => {
  const home = await tempDir();
  const vault = open(home);
  const text = `${vault.mark("email", "ada@example.com")} with ${vault.mark("secret", "hunter4711")}`;
  expect(open(home).reveal(text)).toBe(`ada@example.com with ${vault.mark("secret", "hunter4711")}`);
  expect(await readFile(join(home, MASK_VAULT_FILE), "utf8")).not.toMatch(/ada@|hunter/);
  expect(open(home).reveal("⟨email:bcdfghjklm⟩ and ⟨email⟩")).toBe("⟨email:bcdfghjklm⟩ and ⟨email⟩");
});

it("puts nothing back with another key, from a changed line, or if nothing is kept", async () => {
  const home = await tempDir();
  const mark = open(home).mark("email", "ada@example.com");
  expect(open(home, "a key of another place").reveal(mark)).toBe(mark);
  const path = join(home, MASK_VAULT_FILE);
  const [token = "", box = ""] = (await readFile(path, "utf8")).trim().split(" ");
  await writeFile(path, `${token} ${box.slice(0, -8)}AAAAAAA=\ngarbage\n`);
  expect(open(home).reveal(mark)).toBe(mark);
  const silent = await tempDir();
  const unkept = open(silent, null, false).mark("email", "ada@example.com");
  expect(open(silent).reveal(unkept)).toBe(unkept);
});

it("keeps key and values from everybody else, and says what is wrong with a key", async () => {
  const home = await tempDir();
  open(home).mark("email", "ada@example.com");
  for (const file of [MASK_KEY_FILE, MASK_VAULT_FILE]) expect((await stat(join(home, file))).mode & 0o777).toBe(0o600);
  await writeFile(join(home, MASK_KEY_FILE), "short");
  expect(() => open(home)).toThrow(/masking.key does not hold 64 hexadecimal digits/);
});
