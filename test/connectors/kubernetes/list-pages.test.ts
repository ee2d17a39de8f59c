import { expect, it } from "vitest";
import type { HttpRequest } from "../../../src/connectors/http/types.ts";
import { type KubernetesDoor, openPages } from "../../../src/connectors/kubernetes/list-pages.ts";
import { nextTokenIn, withoutManagedFields } from "../../../src/connectors/kubernetes/page-text.ts";
import { RESOURCES } from "../../../src/connectors/kubernetes/resources.ts";

const strip = (text: string): string => Buffer.from(withoutManagedFields(Buffer.from(text))).toString("utf8");
const [resource] = RESOURCES;
if (resource === undefined) throw new Error("nothing is read");

const FIELDS = '"managedFields":[{"manager":"kubelet","fieldsV1":{"f:a":{"k:{\\"name\\":\\"]}\\"}":{}}}},{"x":[[]]}]';

it.each([
  [`{"metadata":{"name":"web",${FIELDS}}}`, '{"metadata":{"name":"web"}}'],
  [`{"metadata":{${FIELDS},"name":"web"}}`, '{"metadata":{"name":"web"}}'],
  [`{"metadata":{${FIELDS}}}`, '{"metadata":{}}'],
  [`{"items":[{"a":1,${FIELDS}},{"ü":"ü",${FIELDS},"b":2}]}`, '{"items":[{"a":1},{"ü":"ü","b":2}]}'],
])("leaves out the bookkeeping of %s", (text, kept) => {
  expect(strip(text)).toBe(kept);
});

it.each([
  ["a text in a string", '{"message":"has \\"managedFields\\":[1]"}'],
  ["a list without an end", '{"a":1,"managedFields":[{"b":"c]"'],
  ["a list that is printed with spaces", '{\n  "managedFields": [ {} ]\n}'],
  ["nothing", ""],
])("keeps %s as it is", (_what, text) => {
  expect(strip(text)).toBe(text);
});

it("finds the token of the next page before the objects, and nowhere else", () => {
  const page = (head: string): Buffer => Buffer.from(`{"kind":"PodList",${head},"items":[{"continue":"no"}]}`);
  expect(nextTokenIn(page('"metadata":{"resourceVersion":"1","continue":"abc=="}'))).toBe("abc==");
  expect(nextTokenIn(page('"metadata":{"continue":""}'))).toBeNull();
  expect(nextTokenIn(page('"metadata":{"continue":"a\\"b"}'))).toBeNull();
  expect(nextTokenIn(Buffer.from("[]"))).toBeNull();
});

/** A server that answers when it is told to. `bodies`: gives the text of a page. */
function heldServer(bodies: (token: string) => string) {
  const requested: string[] = [];
  const aborted: string[] = [];
  const release = new Map<string, () => void>();
  const json = async ({ query, beforeParse, signal }: HttpRequest): Promise<unknown> => {
    const token = String(query?.continue ?? "first");
    requested.push(token);
    signal?.addEventListener("abort", () => aborted.push(token));
    const read = beforeParse?.(Buffer.from(bodies(token))) ?? new Uint8Array();
    await new Promise<void>((free) => release.set(token, free));
    return JSON.parse(Buffer.from(read).toString("utf8")) as unknown;
  };
  const door = { http: { json }, headers: async () => ({}) } as unknown as KubernetesDoor;
  return { door, requested, aborted, release: (token: string) => release.get(token)?.() };
}

const numbered = (token: string): string => {
  const next = token === "first" ? 1 : Number(token) + 1;
  return `{"metadata":{"continue":"${next}"},"items":[{"page":"${token}"}]}`;
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("requests one page ahead of the page that is read, and never two", async () => {
  const server = heldServer(numbered);
  const pages = openPages(server.door, { resource, namespace: null }, undefined);
  const first = pages.read(undefined, true);
  await settled();
  expect(server.requested).toEqual(["first", "1"]);
  server.release("1"); // it has arrived before the first was read
  server.release("first");
  expect((await first).items).toEqual([{ page: "first" }]);
  expect(server.requested).toEqual(["first", "1"]);
  const second = pages.read("1", false);
  expect((await second).items).toEqual([{ page: "1" }]);
  await settled();
  expect(server.requested).toEqual(["first", "1"]);
  pages.close();
});

it("gives up the page ahead when the list is closed, and reads the page that is wanted", async () => {
  const server = heldServer(numbered);
  const pages = openPages(server.door, { resource, namespace: null }, undefined);
  const first = pages.read(undefined, true);
  await settled();
  server.release("first");
  await first;
  const other = pages.read("other", false);
  await settled();
  server.release("other");
  expect((await other).items).toEqual([{ page: "other" }]);
  pages.close();
  expect(server.aborted).toContain("1");
});
