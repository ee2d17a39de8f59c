import { expect, it } from "vitest";
import { readCluster } from "../../../src/app/read-cluster.ts";
import { readState } from "../../../src/cluster/read-state.ts";
import { keptRows } from "../../../src/cluster/pasted/table-rows.ts";
import { FILE_TOOL } from "../../../src/domain/telemetry.ts";

const file = (text: string) => ({ tool: FILE_TOOL, args: { path: "dump.txt" }, text });
const HEADING = "NAMESPACE   NAME                               READY   STATUS             RESTARTS   AGE";
const row = (at: number, state = "1/1     Running            0"): string =>
  `${`team-${at % 20}`.padEnd(12)}${`app-${at}-7d9f8c6b5d-abcde`.padEnd(35)}${state.padEnd(36)}3d`;
const SICK = "0/1     ImagePullBackOff   0";

it("reads the first rows of a table that is too long, and those beyond them that do not look healthy", () => {
  const lines = Array.from({ length: 60_000 }, (_, at) => row(at));
  lines[55_000] = row(55_000, SICK);
  const { rows, left } = keptRows(lines);
  expect(rows).toHaveLength(50_001);
  expect(rows.at(-1)).toBe(lines[55_000]);
  expect(left).toBe(9_999);
});

it("keeps no more sick rows than healthy ones", () => {
  const { rows, left } = keptRows(Array.from({ length: 120_000 }, (_, at) => row(at, SICK)));
  expect([rows.length, left]).toEqual([100_000, 20_000]);
});

it("says how many rows of a long table were left out, and takes none of them for missing", () => {
  const lines = Array.from({ length: 50_010 }, (_, at) => row(at));
  lines[50_005] = row(50_005, SICK);
  const text = ["$ kubectl get pods -A", HEADING, ...lines].join("\n");
  const { skipped, problems } = readCluster([file(text)], []);
  expect(skipped).toEqual(["dump.txt: 9 of 50010 rows of a table of pods: it is too long"]);
  expect(problems.map(({ entity, kind }) => [entity, kind])).toContainEqual(["app-50005", "cluster.image-pull"]);
  expect([...readState([file(text)]).listed]).toEqual([]);
});

it("names what it does not know, and few of many files without anything about a cluster", () => {
  const named = ["a", "b", "c", "d"].map((name) => ({ ...file("hello"), args: { path: `${name}.txt` } }));
  expect(readCluster(named, []).skipped).toEqual([
    "4 files hold nothing about a cluster: a.txt, b.txt, c.txt and 1 more",
  ]);
  const mixed = file('NAME     COLOUR   SHAPE\nfirst    red      round\n\n{\n  "name": "left-pad"\n}\n');
  expect(readCluster([mixed], []).skipped).toEqual([
    "dump.txt: a table of an unknown type: NAME     COLOUR   SHAPE",
    "dump.txt: JSON without Kubernetes objects",
  ]);
});
