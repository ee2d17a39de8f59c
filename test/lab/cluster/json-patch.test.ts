import { expect, it } from "vitest";
import { applyJsonPatch } from "../../../src/lab/cluster/api/json-patch.ts";

const document = () => ({ spec: { replicas: 2, ports: [{ port: 80 }, { port: 81 }] }, metadata: { "a/b": 1 } });

it.each([
  [{ op: "replace", path: "/spec/replicas", value: 3 }, { spec: { replicas: 3 } }],
  [
    { op: "add", path: "/spec/ports/-", value: { port: 82 } },
    { spec: { ports: [{ port: 80 }, { port: 81 }, { port: 82 }] } },
  ],
  [{ op: "remove", path: "/spec/ports/0" }, { spec: { ports: [{ port: 81 }] } }],
  [{ op: "move", from: "/metadata/a~1b", path: "/spec/moved" }, { spec: { moved: 1 } }],
  [{ op: "test", path: "/spec/replicas", value: 2 }, { spec: { replicas: 2 } }],
  [{ op: "replace", path: "", value: { whole: true } }, { whole: true }],
])("applies %j", (operation, expected) => {
  expect(applyJsonPatch(document(), [operation])).toMatchObject(expected);
});

it.each([
  [{ op: "test", path: "/spec/replicas", value: 9 }],
  [{ op: "replace", path: "/spec/none", value: 1 }],
  [{ op: "remove", path: "/spec/ports/7" }],
  [{ op: "explode", path: "/spec" }],
  [{ op: "add", path: "spec", value: 1 }],
  [{ op: "add", value: 1 }],
  ["text"],
])("refuses %j", (operation) => {
  expect(applyJsonPatch(document(), [operation])).toBeNull();
});
