import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { approvedScript } from "../../src/app/approved-script.ts";
import type { Decision } from "../../src/domain/action.ts";
import { exportScript } from "../../src/remediation/export.ts";
import { FIXED_PART } from "../../src/remediation/fixed-part.ts";
import { anAction } from "../fakes.ts";
import { tempDir } from "../compose/recorded-suite.ts";

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");
const script = "#!/usr/bin/env bash\necho approved\n";
const action = anAction({ script, scriptSha256: sha256Of(script) });
const approval: Decision = {
  actionId: action.id,
  decision: "approved",
  by: "ana",
  atMs: 1,
  note: null,
  scriptSha256: sha256Of(script),
};
const EVIL = "#!/usr/bin/env bash\necho evil\n";
const { fileName } = exportScript(action);

async function folders() {
  const dir = await tempDir();
  const home = join(dir, "home");
  const folder = join(home, "approved");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const elsewhere = join(dir, "elsewhere");
  writeFileSync(elsewhere, EVIL, { mode: 0o600 });
  return { dir, home, folder, path: join(folder, fileName), elsewhere };
}
async function approve(home: string) {
  const one = approvedScript(home, action);
  await one.stage();
  const exported = await one.settle(approval);
  if (exported === null) throw new Error("nothing was exported");
  return exported;
}
const holdsTheScript = (path: string): void => {
  const stats = lstatSync(path);
  expect([stats.isFile(), stats.nlink, stats.mode & 0o777, readFileSync(path, "utf8")]).toEqual([
    true,
    1,
    0o700,
    script,
  ]);
};

type Laid = (place: { path: string; elsewhere: string }) => void;
const ATTACKS: [string, Laid][] = [
  ["another file", ({ path }) => writeFileSync(path, EVIL, { mode: 0o700 })],
  ["another file", ({ path }) => writeFileSync(path, "")],
  ["a symbolic link", ({ path, elsewhere }) => symlinkSync(elsewhere, path)],
  ["a symbolic link", ({ path }) => symlinkSync("/nowhere/at/all", path)],
  ["a folder", ({ path }) => mkdirSync(path)],
  ["a named pipe", ({ path }) => execFileSync("mkfifo", [path])],
  ["a second name (a hard link)", ({ path, elsewhere }) => linkSync(elsewhere, path)],
  [
    "others can write to",
    ({ path }) => {
      writeFileSync(path, script);
      chmodSync(path, 0o777);
    },
  ],
];

it.each(ATTACKS)(
  "exports under a fresh name if %s lies at the path, says so, and leaves it alone",
  async (word, lay) => {
    const { home, path, elsewhere } = await folders();
    lay({ path, elsewhere });
    const before = lstatSync(path);
    const { path: printed, notes } = await approve(home);
    expect(basename(printed)).toBe(fileName.replace(".sh", "-2.sh"));
    holdsTheScript(printed);
    expect(notes.join()).toContain(`${path} was there before: `);
    expect(notes.join()).toContain(word);
    expect(lstatSync(path)).toMatchObject({ ino: before.ino, mode: before.mode, size: before.size });
    expect(readFileSync(elsewhere, "utf8")).toBe(EVIL);
  },
);

it("exports under a fresh name if another user's file lies there", async ({ skip }) => {
  skip(process.geteuid?.() !== 0, "only root can give a file to another user");
  const { home, path } = await folders();
  writeFileSync(path, script, { mode: 0o700 });
  chownSync(path, 65534, 65534);
  const { path: printed, notes } = await approve(home);
  holdsTheScript(printed);
  expect(printed).not.toBe(path);
  expect(notes.join()).toContain("a file of another user");
});

it.each([
  ["a file", ({ path }) => writeFileSync(`${path}.state`, "CONTEXT=evil\n")],
  ["a link", ({ path, elsewhere }) => symlinkSync(elsewhere, `${path}.state`)],
] satisfies [string, Laid][])("takes no name beside which %s poses as the script's state", async (_, lay) => {
  const { home, path, elsewhere } = await folders();
  lay({ path, elsewhere });
  const { path: printed, notes } = await approve(home);
  holdsTheScript(printed);
  expect(existsSync(`${printed}.state`)).toBe(false);
  expect(notes.join()).toContain(`${path}.state was there before`);
});

it("finds its own export again, with the state that a run left beside it", async () => {
  const { home, path } = await folders();
  expect(await approve(home)).toEqual({ path, notes: [] });
  writeFileSync(`${path}.state`, "CONTEXT=prod\n");
  expect(await approve(home)).toEqual({ path, notes: [] });
});

it("refuses when every name is taken", async () => {
  const { home, folder, path } = await folders();
  writeFileSync(path, EVIL);
  for (let n = 2; n <= 20; n += 1) writeFileSync(path.replace(".sh", `-${n}.sh`), EVIL);
  await expect(approve(home)).rejects.toMatchObject({ code: "CONFIG", hint: expect.stringContaining(folder) });
});

it.each([
  ["a symbolic link", (folder: string, other: string) => symlinkSync(other, folder)],
  ["not a folder", (folder: string) => writeFileSync(folder, "")],
])("refuses before the decision if the folder of approved scripts is %s", async (word, lay) => {
  const dir = await tempDir();
  const other = join(dir, "other");
  mkdirSync(other);
  lay(join(dir, "approved"), other);
  await expect(approve(dir)).rejects.toThrow(`${join(dir, "approved")} is ${word}`);
  await expect(approvedScript(dir, action).settle(approval)).rejects.toThrow(word);
  expect(readdirSync(other)).toEqual([]);
});

it.each([
  ["a symbolic link", (path: string, elsewhere: string) => symlinkSync(elsewhere, path)],
  ["a named pipe", (path: string) => execFileSync("mkfifo", [path])],
  ["a second name", (path: string, elsewhere: string) => linkSync(elsewhere, path)],
])("replaces %s at the path of the fixed part by the text itself, and says so", async (word, lay) => {
  const { home, folder, elsewhere } = await folders();
  const fixed = join(folder, FIXED_PART.fileName);
  lay(fixed, elsewhere);
  const { notes } = await approve(home);
  expect(lstatSync(fixed)).toMatchObject({ nlink: 1, size: Buffer.byteLength(FIXED_PART.text) });
  expect(readFileSync(fixed, "utf8")).toBe(FIXED_PART.text);
  expect(readFileSync(elsewhere, "utf8")).toBe(EVIL);
  expect(notes.join()).toContain(word);
});

it("refuses a folder at the path of the fixed part", async () => {
  const { home, folder } = await folders();
  mkdirSync(join(folder, FIXED_PART.fileName));
  await expect(approve(home)).rejects.toThrow(/is a folder/);
});

it("takes away the script of a rejected action, and nothing else that lies at its path", async () => {
  const { home, path, folder } = await folders();
  const rejection: Decision = { ...approval, decision: "rejected" };
  await approve(home);
  await approvedScript(home, action).settle(rejection);
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, "a file of somebody");
  await approvedScript(home, action).settle(rejection);
  expect(readFileSync(path, "utf8")).toBe("a file of somebody");
  expect(readdirSync(folder).filter((name) => name.endsWith(".undecided"))).toEqual([]);
});
