import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfig, masked } from "../../src/config.ts";
import { tempDir } from "../compose/recorded-suite.ts";

async function configOf(yaml: string, env: Record<string, string> = {}) {
  const home = await tempDir();
  await writeFile(join(home, "config.yaml"), yaml);
  const { runbooks, runbookUrls } = loadConfig({}, { CAUSEWAY_HOME: home, ...env });
  return { runbooks, runbookUrls };
}

it("allows no address by default", async () => {
  expect(await configOf("")).toEqual({ runbooks: [join(import.meta.dirname, "../../runbooks")], runbookUrls: [] });
  expect(await configOf("runbooks: /ours\n")).toEqual({ runbooks: ["/ours"], runbookUrls: [] });
  expect(await configOf("runbooks: [/ours, /theirs]\n")).toEqual({ runbooks: ["/ours", "/theirs"], runbookUrls: [] });
});

it("reads folders and addresses; the environment overrides the file", async () => {
  const yaml = "runbooks:\n  folders: /ours\n  urls: [https://Runbooks.example.com/team/]\n";
  expect(await configOf(yaml)).toEqual({ runbooks: ["/ours"], runbookUrls: ["https://runbooks.example.com/team/"] });
  expect(
    await configOf(yaml, { CAUSEWAY_RUNBOOK_URLS: "https://a.example/, http://localhost:8080/r\nhttps://b.example" }),
  ).toEqual({
    runbooks: ["/ours"],
    runbookUrls: ["https://a.example/", "http://localhost:8080/r", "https://b.example/"],
  });
  expect((await configOf("runbooks:\n  urls: [https://a.example/]\n")).runbooks).toEqual([
    join(import.meta.dirname, "../../runbooks"),
  ]);
});

it.each([
  "runbooks.example.com",
  "ftp://a.example/",
  "https://ada:pw@a.example/",
  "https://a.example/?team=1",
  "https://a.example/#team",
  "https://a.example/team/%2e%2e%2fadmin",
  "*",
])("refuses %s", async (address) => {
  await expect(configOf("", { CAUSEWAY_RUNBOOK_URLS: address })).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("CAUSEWAY_RUNBOOK_URLS"),
  });
  await expect(configOf(`runbooks:\n  urls: ["${address}"]\n`)).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("runbooks"),
  });
});

it("shows them", () => {
  expect(masked(loadConfig({}, { CAUSEWAY_RUNBOOK_URLS: "https://a.example/" })).runbookUrls).toEqual([
    "https://a.example/",
  ]);
});

it("reads folders of pages from the file or the environment; there are none by default", async () => {
  const home = await tempDir();
  const pagesOf = (env: Record<string, string> = {}) => loadConfig({}, { CAUSEWAY_HOME: home, ...env }).runbookPages;
  expect(pagesOf()).toEqual([]);
  await writeFile(join(home, "config.yaml"), "runbooks:\n  pages: /srv/wiki\n");
  expect(pagesOf()).toEqual(["/srv/wiki"]);
  expect(pagesOf({ CAUSEWAY_RUNBOOK_PAGES: "/a:/b" })).toEqual(["/a", "/b"]);
});
