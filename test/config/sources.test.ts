import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfig, masked } from "../../src/config.ts";

function homeWith(yaml: string): string {
  const home = mkdtempSync(join(tmpdir(), "causeway-config-"));
  writeFileSync(join(home, "config.yaml"), yaml);
  return home;
}
const read = (yaml: string, env: Record<string, string> = {}) =>
  loadConfig({}, { CAUSEWAY_HOME: homeWith(yaml), ...env });
const prometheus = (more: string): string => `sources:\n  - { kind: prometheus, url: "http://prom:9090", ${more} }\n`;

it("refuses two sources with one name, and says which they are", () => {
  const two = `${prometheus("name: main")}  - { kind: loki, url: "http://loki:3100", name: main }\n`;
  expect(() => read(two)).toThrow("sources[0] and sources[1] have the same name, main");
});

it("numbers the sources of a kind that have no name", () => {
  const two = `${prometheus("tenant: 12")}  - { kind: prometheus, url: "http://other:9090", name: prometheus-2 }\n`;
  const { backends } = read(two, { PROMETHEUS_URL: "http://env:9090" });
  expect(backends.map(({ name }) => name)).toEqual(["prometheus", "prometheus-3", "prometheus-2"]);
  expect(backends[1]).toMatchObject({ tenant: "12" });
});

it.each(["true", "[3]", "-1", "0", "1.5", ".nan", "many", '""', "null", "{}"])("refuses a limit of %s", (value) => {
  expect(() => read(prometheus(`limits: { queries: ${value} }`))).toThrow(
    /give a (number such as 200, without a unit|number above 0|whole number)\n {2}→ at sources\[0\]\.limits\.queries/,
  );
});

it("takes a number in quotes", () => {
  expect(read(prometheus('limits: { queries: "20" }')).backends[0]).toMatchObject({ limits: { queries: 20 } });
});

it.each([
  ["sources:\n  - { kind: prometheus, ulr: x }\n", 'Unrecognized key: "ulr". Did you mean url?'],
  [prometheus("limits: { querys: 3 }"), 'Unrecognized key: "querys". Did you mean queries?'],
  ["alerts: { dailycap: 3 }\n", 'Unrecognized key: "dailycap". Did you mean dailyCap?'],
  ["srevice: {}\n", 'Unrecognized key: "srevice". Did you mean service?'],
  ["elephant: {}\n", 'Unrecognized key: "elephant"'],
  ["sources:\n  - { kind: prometeus }\n", "give the kind of the source, one of prometheus, kubernetes, files"],
  ["sources:\n  - { kind: files, logs: /x, service: /x/y }\n", "give a path with {service} or {pod} in it, such as"],
  ["sources:\n  - { kind: prometheus, url: 'http://p/#x' }\n", "an address of a server has no #fragment"],
  [prometheus('headers: { "a b": c }'), "a header's name has no spaces and no colon"],
  ["a: &a [x]\n".concat(`b: [${"*a,".repeat(200)}]\n`), "repeats parts of itself"],
  ["a: *nothing\n", "is not YAML: Unresolved alias"],
  [`data: "${"x".repeat(1024 * 1024)}"\n`, "is larger than 1024 KiB"],
])("says what is wrong with %j", (yaml, message) => {
  expect(() => read(yaml)).toThrow(message);
});

it("refuses credentials that are given in two ways, and never quotes them", () => {
  const url = "https://me:s3cretpass@prom:9090/?tenant=a&token=t0ken";
  expect(() => read("", { PROMETHEUS_URL: url, PROMETHEUS_TOKEN: "t" })).toThrow(
    "PROMETHEUS has credentials in two ways",
  );
  const config = read("", { PROMETHEUS_URL: url });
  expect(config.backends[0]).toMatchObject({ url });
  expect(JSON.stringify(masked(config))).not.toMatch(/s3cretpass|t0ken/);
  expect(() => read("", { PROMETHEUS_URL: "https://me:s3cretpass@prom:99999" })).toThrow(
    /^(?!.*s3cret).*give an address/,
  );
});

it.each(["nonsense", "a=1,b", "a b=1", "=1", "a=1,a=2"])("refuses the headers %j without quoting them", (headers) => {
  expect(() => read("", { PROMETHEUS_URL: "http://p", PROMETHEUS_HEADERS: headers })).toThrow(
    "PROMETHEUS_HEADERS is not valid",
  );
});

it("says why a file with a secret cannot be used", () => {
  const home = homeWith("");
  const empty = join(home, "empty");
  writeFileSync(empty, " \n");
  const withFile = (path: string) => () => read("", { PROMETHEUS_URL: "http://p", PROMETHEUS_TOKEN_FILE: path });
  expect(withFile(home)).toThrow(`PROMETHEUS_TOKEN_FILE names ${home}, which is a folder`);
  expect(withFile(empty)).toThrow(`PROMETHEUS_TOKEN_FILE names ${empty}, which is empty`);
  expect(withFile(join(home, "none"))).toThrow("which does not exist");
  writeFileSync(empty, "t0ken\r\n");
  expect(withFile(empty)().backends[0]).toMatchObject({ auth: { kind: "bearer", token: "t0ken" } });
});
