import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { pack } from "tar-stream";
import { expect, it } from "vitest";
import { readClusterFiles } from "../../../src/connectors/files/cluster-files.ts";
import { readState } from "../../../src/cluster/read-state.ts";
import { NOW, SHOP } from "../kubernetes/shop-cluster.ts";

const ofKind = (wanted: string): string =>
  JSON.stringify(
    { items: SHOP.filter(({ kind }) => kind === wanted).map(({ kind: _kind, ...rest }) => rest) },
    null,
    2,
  );
/** A support bundle in the layout of troubleshoot.sh. */
const BUNDLE: Readonly<Record<string, string>> = {
  "bundle/version.yaml": "apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\n",
  "bundle/cluster-resources/pods/shop.json": ofKind("Pod"),
  "bundle/cluster-resources/events/shop.json": ofKind("Event"),
  "bundle/cluster-resources/nodes.json": ofKind("Node"),
  "bundle/cluster-resources/pods/logs/shop/cart-7d9f8c6b5d-abcde/cart-previous.log": "boot\nNo space left on device\n",
};

const folder = (): string => mkdtempSync(join(tmpdir(), "causeway-cluster-files-"));
async function read(path: string) {
  const problems: string[] = [];
  const answers = await readClusterFiles(path, "given", ({ source, what }) => problems.push(`${source}: ${what}`));
  return { answers, problems, state: readState(answers, NOW) };
}
async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function unpacked(): string {
  const root = folder();
  for (const [name, text] of Object.entries(BUNDLE)) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}
async function archived(name: string): Promise<string> {
  const path = join(folder(), name);
  const tar = await tarOf(BUNDLE);
  const bytes = name.endsWith(".zip")
    ? zipSync(Object.fromEntries(Object.entries(BUNDLE).map(([file, text]) => [file, new TextEncoder().encode(text)])))
    : name.endsWith(".tar")
      ? tar
      : gzipSync(tar);
  writeFileSync(path, bytes);
  return path;
}

it.each([
  ["a folder", async () => unpacked()],
  ["a .tar.gz", () => archived("bundle.tar.gz")],
  ["a .tgz", () => archived("bundle.tgz")],
  ["a .tar", () => archived("bundle.tar")],
  ["a .zip", () => archived("bundle.zip")],
])("reads a support bundle as %s", async (_what, make) => {
  const { state, problems } = await read(await make());
  expect(state.pods).toHaveLength(7);
  expect(state.nodes).toHaveLength(2);
  expect(state.events).toHaveLength(5);
  expect(state.errorLogs).toMatchObject([{ service: "cart" }]);
  expect(problems).toEqual([]);
});

it("names each answer after its file, so that evidence can be opened", async () => {
  const { answers } = await read(unpacked());
  expect(answers.map(({ args }) => args.path)).toContain("given/bundle/cluster-resources/nodes.json");
});

it("reads what comes before the cut of an archive, and says so", async () => {
  const path = join(folder(), "cut.tar.gz");
  const whole = gzipSync(await tarOf({ ...BUNDLE, "z/long.txt": Math.PI.toString().repeat(50_000) }), { level: 0 });
  writeFileSync(path, whole.subarray(0, whole.length - 200_000));
  const { state, problems } = await read(path);
  expect(state.pods).toHaveLength(7);
  expect(problems).toEqual([expect.stringMatching(/damaged or cut off/)]);
});

it.each(["no.zip", "no.tar.gz", "no.tar"])("says that %s is no archive", async (name) => {
  const path = join(folder(), name);
  writeFileSync(path, "this is text, not an archive".repeat(100));
  const { answers, problems } = await read(path);
  expect(answers).toEqual([]);
  expect(problems).toEqual([expect.stringMatching(/damaged or cut off/)]);
});

it("reads what PowerShell writes, and leaves out binary files and links", async () => {
  const root = folder();
  writeFileSync(
    join(root, "pods.txt"),
    Buffer.from(`\uFEFF${JSON.stringify({ kind: "List", items: SHOP })}`, "utf16le"),
  );
  writeFileSync(join(root, "core.dump.txt"), Buffer.from([0, 1, 2, 3]));
  symlinkSync("/etc/hosts", join(root, "hosts.txt"));
  const { answers, state } = await read(root);
  expect(answers.map(({ args }) => args.path)).toEqual(["given/pods.txt"]);
  expect(state.pods).toHaveLength(7);
});

it("says that a file is binary which a person named", async () => {
  const path = join(folder(), "dump.txt");
  writeFileSync(path, Buffer.from("NAME READY STATUS\nweb\0-1 0/1 Error\n"));
  const { answers, problems } = await read(path);
  expect(answers).toEqual([]);
  expect(problems).toEqual(["given: is binary, no text"]);
});

it("names a path that does not exist", async () => {
  await expect(read("/nowhere/dump.txt")).rejects.toMatchObject({ code: "NOT_FOUND" });
});
