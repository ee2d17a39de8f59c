import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { type Header, pack } from "tar-stream";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { readState } from "../../../src/cluster/read-state.ts";
import { readTools } from "../../../src/cluster/read-tools.ts";
import { readArchive } from "../../../src/connectors/files/cluster-archives.ts";
import { collectTexts, READ_LIMITS, type ReadLimits } from "../../../src/connectors/files/cluster-collector.ts";
import { readClusterFiles } from "../../../src/connectors/files/cluster-files.ts";
import { NOW, SHOP } from "../kubernetes/shop-cluster.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;
const POD = "cart-7d9f8c6b5d-abcde";
const itemsOf = (wanted: string): object[] =>
  SHOP.filter(({ kind }) => kind === wanted).map(({ kind: _kind, ...rest }) => rest);
const jsonList = (kind: string): string =>
  JSON.stringify({ kind: `${kind}List`, apiVersion: "v1", metadata: {}, items: itemsOf(kind) }, null, 4);
const yamlList = (kind: string): string =>
  stringify({ apiVersion: "v1", items: itemsOf(kind), kind: `${kind}List` }, { aliasDuplicateObjects: false });

/** Trees as the programs write them, by hand from their documentation and sources. */
const LAYOUTS: readonly [program: string, files: Files][] = [
  [
    "kubectl cluster-info dump --output-directory",
    {
      "dump/nodes.json": jsonList("Node"),
      "dump/shop/pods.json": jsonList("Pod"),
      "dump/shop/events.json": jsonList("Event"),
      [`dump/shop/${POD}/logs.txt`]:
        `==== START logs for container cart of pod shop/${POD} ====\nNo space left on device\n` +
        `==== END logs for container cart of pod shop/${POD} ====\n`,
    },
  ],
  [
    "troubleshoot.sh",
    {
      "bundle/version.yaml": "apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\n",
      "bundle/cluster-resources/nodes.json": jsonList("Node"),
      "bundle/cluster-resources/pods/shop.json": jsonList("Pod"),
      "bundle/cluster-resources/events/shop.json": JSON.stringify(itemsOf("Event"), null, 2),
      "bundle/cluster-resources/pods-errors.json": "[]",
      [`bundle/cluster-resources/pods/logs/shop/${POD}/cart-previous.log`]: "boot\nNo space left on device\n",
    },
  ],
  [
    "oc adm must-gather",
    {
      "must-gather/event-filter.html": "<html></html>",
      "must-gather/quay/timestamp": "2026-11-30 12:00:00 +0000 UTC\n",
      ...Object.fromEntries(
        SHOP.filter(({ kind }) => kind === "Node").map((node) => [
          `must-gather/quay/cluster-scoped-resources/core/nodes/${node.metadata.name}.yaml`,
          `---\n${stringify(node)}`,
        ]),
      ),
      "must-gather/quay/namespaces/shop/core/pods.yaml": `---\n${yamlList("Pod")}`,
      "must-gather/quay/namespaces/shop/core/events.yaml": `---\n${yamlList("Event")}`,
      [`must-gather/quay/namespaces/shop/pods/${POD}/cart/cart/logs/previous.log.gz`]: gzipSync(
        "2026-11-30T11:59:00Z boot\n2026-11-30T11:59:01Z No space left on device\n",
      ),
      [`must-gather/quay/namespaces/shop/pods/${POD}/cart/cart/logs/current.log`]: "",
    },
  ],
  [
    "sosreport",
    {
      "sosreport-node-a/sos_commands/kubernetes/kubectl_--kubeconfig_.etc.kubernetes.admin.conf_get_-o_json_nodes":
        jsonList("Node"),
      "sosreport-node-a/sos_commands/kubernetes/kubectl_get_-o_json_pods_-A": jsonList("Pod"),
      "sosreport-node-a/sos_commands/kubernetes/kubectl_get_-o_json_events_-A": jsonList("Event"),
      [`sosreport-node-a/sos_commands/kubernetes/kubectl_logs_-n_shop_${POD}`]: "boot\nNo space left on device\n",
      "sosreport-node-a/sos_commands/block/lsblk": "NAME MAJ:MIN\nsda  8:0\n",
      "sosreport-node-a/var/log/wtmp": Buffer.from([7, 0, 0, 0]),
    },
  ],
];

const folder = (): string => mkdtempSync(join(tmpdir(), "causeway-bundles-"));
function folderOf(files: Files): string {
  const root = folder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}
async function tarOf(
  entries: readonly [Partial<Header> & { name: string }, (string | Uint8Array)?][],
): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) archive.entry(header, Buffer.from(content ?? ""));
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
function written(name: string, bytes: Uint8Array): string {
  const path = join(folder(), name);
  writeFileSync(path, bytes);
  return path;
}
const archiveOf = async (files: Files): Promise<string> =>
  written("bundle.tar.gz", gzipSync(await tarOf(Object.entries(files).map(([name, content]) => [{ name }, content]))));

const FORMS: readonly [form: string, make: (files: Files) => Promise<string>][] = [
  ["a folder", async (files) => folderOf(files)],
  ["an archive", archiveOf],
  ["an archive in a folder", async (files) => join(await archiveOf(files), "..")],
];

it.each(LAYOUTS.flatMap(([program, files]) => FORMS.map(([form, make]) => ({ program, form, files, make }))))(
  "reads what $program writes, as $form",
  async ({ files, make }) => {
    const problems: string[] = [];
    const answers = await readClusterFiles(await make(files), "cluster", ({ what }) => problems.push(what));
    const state = readState(answers, NOW);
    expect(state.pods.map(({ namespace, status }) => [namespace, status])).toContainEqual(["shop", "CrashLoopBackOff"]);
    expect(state.pods).toHaveLength(7);
    expect(state.nodes).toHaveLength(2);
    expect(state.events).toHaveLength(5);
    expect(state.errorLogs.map(({ service }) => service)).toEqual(["cart"]);
    expect(JSON.stringify(state.errorLogs[0]?.lines)).toContain("No space left on device");
    expect(problems).toEqual([]);
    const { skipped } = readTools(answers);
    expect(skipped.filter((what) => !what.includes("nothing in it is about a cluster"))).toEqual([]);
  },
);

it("names the kinds of files that were not read, where a person gave the bundle", async () => {
  const problems: string[] = [];
  const files = { "a/1.png": "x", "a/2.png": "x", "a/core": Buffer.from([0, 0]), "a/pods.json": jsonList("Pod") };
  for (const path of [folderOf(files), await archiveOf(files)])
    await readClusterFiles(path, "given", ({ what }) => problems.push(what), { namesOtherKinds: true });
  const named = "files of these kinds were not read: .png 2, binary 1";
  expect(problems).toEqual([named, named]);
});

async function readWithin(path: string, limits: Partial<ReadLimits>) {
  const problems: string[] = [];
  const collector = collectTexts(({ source, what }) => problems.push(`${source}: ${what}`), {
    ...READ_LIMITS,
    ...limits,
  });
  await readArchive(path, "given", collector);
  return { names: collector.files.map(({ path: name }) => name), files: collector.files, problems };
}
const zeros = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(48);

it("stops where an archive unpacks to too much, also in entries that are not read", async () => {
  const tar = await tarOf([
    [{ name: "first.txt" }, "first"],
    [{ name: "zeros.bin" }, zeros(3_000_000)],
    [{ name: "last.txt" }, "last"],
  ]);
  const { names, problems } = await readWithin(written("bomb.tar.gz", gzipSync(tar)), { unpackedBytes: 1_048_576 });
  expect(names).toEqual(["given/first.txt"]);
  expect(problems).toEqual(["given: it unpacks to more than 1 MiB; what came before was read"]);
});

it("stops where an archive has too many entries", async () => {
  const tar = await tarOf(Array.from({ length: 20 }, (_, at) => [{ name: `${at}.png` }, "x"]));
  const { problems } = await readWithin(written("many.tar", tar), { entries: 10 });
  expect(problems).toEqual(["given: more than 10 entries; what came before was read"]);
});

it("does not unpack a compressed log in an archive to more than a file may hold", async () => {
  const files = { "a.log.gz": new Uint8Array(gzipSync(zeros(200_000))), "b.log": new Uint8Array([98]) };
  for (const path of [await archiveOf(files), written("logs.zip", zipSync(files))]) {
    const { names, problems } = await readWithin(path, { fileBytes: 100_000 });
    expect(problems).toEqual([expect.stringMatching(/a\.log\.gz: cannot be unpacked/)]);
    expect(names.filter((name) => name.includes("a.log"))).toEqual([]);
  }
});

it("leaves out what is too large in a zip, and takes no more than a zip declares", async () => {
  const honest = zipSync({ "big.txt": zeros(200_000), "small.txt": new Uint8Array(Buffer.from("small")) });
  expect(await readWithin(written("big.zip", honest), { fileBytes: 100_000 })).toMatchObject({
    names: ["given/small.txt"],
    problems: ["given/big.txt: is too large"],
  });
  const lying = Buffer.from(zipSync({ "lie.txt": zeros(5_000_000) }));
  const declared = Buffer.alloc(4);
  declared.writeUInt32LE(5_000_000);
  for (let at = lying.indexOf(declared); at !== -1; at = lying.indexOf(declared, at + 1)) lying.writeUInt32LE(10, at);
  const { files } = await readWithin(written("lie.zip", lying), {});
  expect(files.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(10);
});

it("reads entries that point out of their archive as text only, and follows no links", async () => {
  const tar = await tarOf([
    [{ name: "../../../escaped-from-causeway.txt" }, "one"],
    [{ name: "/tmp/escaped-from-causeway.txt" }, "two"],
    [{ name: "link.txt", type: "symlink", linkname: "/etc/hosts" }],
    [{ name: "hard.txt", type: "link", linkname: "/etc/hosts" }],
    [{ name: "device", type: "character-device" }],
  ]);
  const path = written("escape.tar", tar);
  const { files } = await readWithin(path, {});
  expect(files.map(({ text }) => text)).toEqual(["one", "two"]);
  expect(existsSync("/tmp/escaped-from-causeway.txt")).toBe(false);
  expect(existsSync(join(path, "../../../../escaped-from-causeway.txt"))).toBe(false);
});
