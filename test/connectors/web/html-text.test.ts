import { expect, it } from "vitest";
import { htmlText } from "../../../src/connectors/web/html-text.ts";

it("converts a page to Markdown, without menus, forms, scripts, pictures or addresses", () => {
  const page = `<!doctype html><html><head><title>Full disks | Wiki</title><style>a{}</style></head>
<body><nav><a href="/">Home</a></nav><header>Wiki</header>
<main><h1>Full <i>disks</i></h1><p>Remove old <a href="http://10.0.0.1/x">segments</a> &amp; logs.</p>
<img alt="graph" src="x.png"><h2>Steps</h2><ol><li>Look</li><li>Clean</li></ol>
<pre><code># what is big
du -sh   /var/*</code></pre><form><input value="q"></form><script>steal()</script></main><footer>2026</footer></body></html>`;
  expect(htmlText(page)).toBe(
    "# Full disks\n\nRemove old segments & logs.\n\n## Steps\n\n 1. Look\n 2. Clean\n\n```\n# what is big\ndu -sh   /var/*\n```",
  );
});

it("keeps table rows as rows, whatever width a cell claims", () => {
  const page =
    "<table><tr><th>Alert</th><th>Step</th></tr><tr><td colspan=1000000000 rowspan=1000000000>DiskFull</td><td>Clean</td></tr></table>";
  expect(
    htmlText(page)
      .split("\n")
      .map((row) => row.trim()),
  ).toEqual(["Alert | Step |", "DiskFull | Clean |"]);
});

it("begins with the title if the text does not start with a heading", () => {
  expect(htmlText("<title> Full\n disks </title><p>Remove old segments.</p>")).toBe(
    "# Full disks\n\nRemove old segments.",
  );
});

it.each([
  ["<title>Wiki</title><div id=app></div><script>draw()</script>", ""],
  ["", ""],
  ["<p>1 < 2", "1 < 2"],
  ["plain", "plain"],
])("takes %j for %j", (page, text) => {
  expect(htmlText(page)).toBe(text);
});

it("refuses HTML that is nested too deeply", () => {
  expect(() => htmlText("<ul><li>".repeat(100_000))).toThrow("nested more than 200 levels deep");
});
