import { expect, it } from "vitest";
import { readPages } from "../../../src/memory/pages/read-page.ts";

it("reads title, headings, prose and code, without front matter", () => {
  const text = "---\nweight: 20\n---\n# Title\nprose\n## More\n```sh\n# no heading\nkubectl get pods\n```\nend";
  expect(readPages([{ id: "a", path: null, text }])).toEqual([
    {
      id: "a",
      folders: [],
      name: "",
      title: "Title",
      headings: "More",
      body: "prose\nend",
      code: "# no heading\nkubectl get pods",
      links: "",
      anchors: "",
    },
  ]);
});

it("names the page of a folder like the folder, and leaves out folders that all share", () => {
  const pages = ["docs/redis/README.md", "docs/redis/failover.md", "docs/git/index.html"].map((path) => ({
    id: path,
    path,
    text: "",
  }));
  expect(readPages(pages).map(({ folders, name }) => [...folders, name].join("/"))).toEqual([
    "redis",
    "redis/failover",
    "git",
  ]);
});

it("gives a page the texts of the links that lead to it", () => {
  const pages = readPages([
    {
      id: "a",
      path: "docs/a.md",
      text: "[the cache](redis/#top) and [failing over](./redis/failover.md) and [self](a.md)",
    },
    { id: "b", path: "docs/redis/README.md", text: "[away](https://other.test/x/slow-reads)" },
    { id: "c", path: "docs/redis/failover.md", text: "" },
  ]);
  expect(pages.map(({ anchors }) => anchors)).toEqual(["", "the cache", "failing over"]);
  expect(pages[1]?.links).toBe("/x/slow-reads");
});
