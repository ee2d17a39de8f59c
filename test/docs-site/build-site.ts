import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Eleventy, type EleventyConfig, type PageData } from "@11ty/eleventy";
import MarkdownIt from "markdown-it";
import { ROOT } from "../house/source-trees.ts";
import { drawSvg } from "./draw.ts";
import { pageOf } from "./layout.ts";
import { fitForSite } from "./markdown.ts";
import { sourceMap } from "./source-map.ts";

/** Pages that are not in `docs/`, with their path in the site. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "README.md": "index",
  "CHANGELOG.md": "changelog",
  "CONTRIBUTING.md": "contributing",
  "runbooks/README.md": "runbook-format",
};
const pagesOfDocs = globSync("docs/**/*.md", { cwd: ROOT }).toSorted();
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const pathOf = (file: string): string | null =>
  ELSEWHERE[file] ?? (pagesOfDocs.includes(file) ? file.slice("docs/".length, -".md".length) : null);
const siteAddress = (file: string): string | null => {
  const path = pathOf(file);
  if (path !== null) return `${path}.html`;
  return /^docs\/images\/[\w.-]+$/.test(file) ? file.slice("docs/".length) : null;
};
const titleOf = (text: string): string => /^# +(.+)$/m.exec(text)?.[1]?.replaceAll("`", "").trim() ?? "Causeway";

const mapPage = (svg: string): string =>
  [
    "# Map of the source",
    "",
    "Drawn from the imports in `src/`. An arrow goes from a folder to one that it imports. An arrow is left out where a",
    "longer way shows the same, and where it leads to `domain` or `stats`, which nearly every folder imports.",
    "",
    svg,
    "",
  ].join("\n");

/** Builds the site from docs/, README, CHANGELOG, CONTRIBUTING and the runbook format. Needs no network. */
export async function buildSite(output: string): Promise<void> {
  const files = [...pagesOfDocs, ...Object.keys(ELSEWHERE)];
  const titles = new Map(files.map((file) => [pathOf(file) ?? file, titleOf(read(file))]));
  titles.set("map", "Map of the source");
  const decisions = [...titles.keys()]
    .filter((path) => path.startsWith("decisions/"))
    .toSorted()
    .toReversed();
  const fileOf = new Map(files.map((file) => [pathOf(file) ?? "", file]));
  const site = new Eleventy(join(ROOT, "docs"), output, {
    quietMode: true,
    configPath: "",
    config(config: EleventyConfig) {
      const markdown = new MarkdownIt({ html: true, linkify: false });
      fitForSite(markdown, siteAddress, (env) => fileOf.get(pathIn(env)) ?? "docs/index.md");
      config.setLibrary("md", markdown);
      config.setUseGitIgnore(false);
      config.addGlobalData("eleventyComputed", { permalink: () => (data: PageData) => `${pathIn(data)}.html` });
      for (const [file, path] of Object.entries(ELSEWHERE)) config.addTemplate(`${path}.md`, read(file));
      config.addTemplate("map.md", mapPage(drawSvg(sourceMap())));
      config.addPassthroughCopy({ [join(ROOT, "docs/site")]: ".", [join(ROOT, "docs/images")]: "images" });
      config.addTransform("frame", function (this: { page: PageData["page"] }, content: string) {
        const path = pathIn(this);
        return pageOf({ title: titles.get(path) ?? path, content, path }, { titles, decisions });
      });
      return { markdownTemplateEngine: false, templateFormats: ["md"] };
    },
  });
  await site.write();
}

/** Path in the site, without the ending. */
const pathIn = (data: unknown): string =>
  (data as PageData).page.inputPath
    .replace(/^.*\bdocs\//, "")
    .replace(/^\.\//, "")
    .replace(/\.md$/, "");
