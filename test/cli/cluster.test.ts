import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { causeway } from "./run-cli.ts";

const DUMP = `$ kubectl get pods -n shop
NAME                    READY   STATUS             RESTARTS   AGE
web-6f8d9c7b4f-x2z9k    0/1     ImagePullBackOff   0          5m
cart-7d9f8c6b5d-abcde   1/1     Running            0          45m
$ kubectl get events -n shop
LAST SEEN   TYPE      REASON   OBJECT                     MESSAGE
2m          Warning   Failed   pod/web-6f8d9c7b4f-x2z9k   Failed to pull image "web:9": manifest unknown
$ kubectl get widgets
NAME     COLOUR   SHAPE
first    red      round
`;

function dumpFile(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "causeway-cli-cluster-")), "dump.txt");
  writeFileSync(path, text);
  return path;
}

it("prints what it read, what is wrong with it, where that stands, and what it could not read", async () => {
  const { code, stdout } = await causeway(["cluster", "-f", dumpFile(DUMP)]);
  expect(code).toBe(0);
  expect(stdout).toContain("Read: pods 2, events 1.");
  expect(stdout).toContain("Namespaces: shop.");
  expect(stdout).toContain("web: an image cannot be pulled: the image does not exist");
  expect(stdout).toContain("in dump.txt");
  expect(stdout).not.toContain("cart:");
});

it.each([
  ["prose", "hello\nworld\n", "dump.txt: nothing in it is about a cluster"],
  ["JSON of something else", '{\n"name": "left-pad"\n}\n', "dump.txt: JSON without Kubernetes objects"],
  ["an empty file", "", "dump.txt: is empty"],
])("fails when nothing about a cluster was read, and says what it got: %s", async (_what, text, named) => {
  const { code, stdout, stderr } = await causeway(["cluster", "-f", dumpFile(text)]);
  expect(code).toBe(1);
  expect(stdout).toContain(named);
  expect(stderr).toMatch(/nothing about a cluster was read from \S+dump\.txt/);
});

it("fails with --json too, whose output stays JSON", async () => {
  const { code, stdout } = await causeway(["cluster", "-f", dumpFile("hello\n"), "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ counts: [], problems: [] });
});

it("prints JSON, and names a file that does not exist", async () => {
  const { stdout } = await causeway(["cluster", "-f", dumpFile(DUMP), "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ namespaces: ["shop"], problems: [{ entity: "web" }, {}] });
  const missing = await causeway(["cluster", "-f", "/nowhere/dump.txt"]);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain("there is no file /nowhere/dump.txt");
});

it("analyses an incident whose folder cluster/ holds pasted output, and opens its evidence", async () => {
  const home = mkdtempSync(join(tmpdir(), "causeway-cli-home-"));
  const scenario = join(home, "data/cases/web-down");
  mkdirSync(join(scenario, "cluster"), { recursive: true });
  writeFileSync(join(scenario, "cluster/kubectl.txt"), DUMP);
  writeFileSync(
    join(scenario, "scenario.json"),
    JSON.stringify({ schema: "causeway.scenario/1", id: "web-down", title: "web is down", entry: "web" }),
  );
  const env = { CAUSEWAY_HOME: home };
  const { stdout } = await causeway(["replay", scenario], { env });
  expect(stdout).toContain("ROOT CAUSE  web (service): image does not exist");
  const id = /Analysis (an-\w+)/.exec(stdout)?.[1] ?? "";
  const evidence = await causeway(["evidence", id, "--data", join(home, "data/cases"), "--rerun"], { env });
  expect(evidence.stdout).toContain("cluster/kubectl.txt");
});
