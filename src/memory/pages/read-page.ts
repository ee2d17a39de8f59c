import { posix } from "node:path";
import type { PageFile } from "../../domain/runbook.ts";
import { asMarkdown } from "./page-formats.ts";

/**
 * A page in its parts, as text. `folders`: outermost first. `name`: of the file, or of its folder if the file is what
 * the folder itself shows. `links`: addresses that it links to. `anchors`: the texts of other pages' links to it.
 */
export type PageParts = {
  id: string;
  folders: readonly string[];
  name: string;
  title: string;
  headings: string;
  body: string;
  code: string;
  links: string;
  anchors: string;
};

/** The file that a folder shows when its own address is opened, on code hosts, web servers and site generators. */
const FOLDER_FILE = /^(?:readme|_?index|default|home)$/i;
const EXTENSION = /\.(?:md|markdown|mdx|txt|rst|adoc|asciidoc|html?)$/i;
const MAX_CHARS = 100_000;

type Link = { to: string; text: string };

/**
 * Reads pages in Markdown, AsciiDoc, reStructuredText and plain text, together because the links between them tell what
 * each is about.
 */
export function readPages(files: readonly PageFile[]): PageParts[] {
  const read = files.map((file) => ({ file, ...readPage(file) }));
  const folders = files.flatMap(({ path }) => (path === null ? [] : [path.split("/").slice(0, -1)]));
  const shared = sharedDepth(folders);
  const byAddress = new Map(
    files.flatMap(({ id, path }) => (path === null ? [] : addressesOf(path).map((address) => [address, id] as const))),
  );
  const anchors = new Map<string, string[]>();
  for (const { file, links } of read)
    for (const { to, text } of links) {
      const target = file.path === null ? undefined : byAddress.get(resolved(file.path, to));
      if (target !== undefined && target !== file.id) anchors.set(target, [...(anchors.get(target) ?? []), text]);
    }
  return read.map(({ file, links, ...parts }) => ({
    id: file.id,
    ...placeOf(file.path, shared),
    ...parts,
    links: links.map(({ to }) => to.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(EXTENSION, "")).join("\n"),
    anchors: (anchors.get(file.id) ?? []).join("\n"),
  }));
}

const addressesOf = (path: string): string[] => {
  const bare = path.replace(EXTENSION, "");
  const isFolderFile = FOLDER_FILE.test(posix.basename(bare));
  return isFolderFile ? [bare, posix.dirname(bare)] : [bare];
};

/** A link without its fragment, relative to the page that it is on. */
const resolved = (from: string, to: string): string =>
  posix
    .join(posix.dirname(from), to.replace(/[#?].*$/, ""))
    .replace(EXTENSION, "")
    .replace(/\/$/, "");

/** Folders that every page lies in say nothing. */
function sharedDepth(folders: readonly (readonly string[])[]): number {
  const [first = []] = folders;
  const differs = first.findIndex((part, at) => folders.some((other) => other[at] !== part));
  return differs === -1 ? first.length : differs;
}

function placeOf(path: string | null, shared: number): Pick<PageParts, "folders" | "name"> {
  if (path === null) return { folders: [], name: "" };
  const parts = path.replace(EXTENSION, "").split("/");
  const file = parts.at(-1) ?? "";
  const folders = parts.slice(shared, -1);
  return FOLDER_FILE.test(file) && folders.length > 0
    ? { folders: folders.slice(0, -1), name: folders.at(-1) ?? "" }
    : { folders, name: file };
}

function readPage({
  path,
  text,
}: PageFile): Pick<PageParts, "title" | "headings" | "body" | "code"> & { links: Link[] } {
  const parts = { title: "", headings: [] as string[], body: [] as string[], code: [] as string[] };
  let isCode = false;
  for (const line of withoutFrontMatter(asMarkdown(path, text.slice(0, MAX_CHARS))).split(/\r?\n/)) {
    const heading = isCode ? null : /^ {0,3}(#{1,6})[ \t]+(.*)$/.exec(line);
    if (/^ {0,3}(?:```|~~~)/.test(line)) isCode = !isCode;
    else if (isCode) parts.code.push(line);
    else if (heading === null) parts.body.push(line);
    else if (parts.title === "" && heading[1] === "#") parts.title = heading[2] ?? "";
    else parts.headings.push(heading[2] ?? "");
  }
  const prose = parts.body.join("\n");
  const found = prose.matchAll(/\[([^\]\n]{1,200})\]\(([^)\n]{1,300})\)/g);
  const links = [...found].map(([, label = "", to = ""]) => ({ text: label, to: to.trim().split(/\s+"/)[0] ?? to }));
  return {
    title: parts.title,
    headings: parts.headings.join("\n"),
    body: prose.replaceAll(/\]\([^)\n]{0,300}\)/g, "]"),
    code: parts.code.join("\n"),
    links,
  };
}

const withoutFrontMatter = (text: string): string => text.replace(/^---\r?\n[^]*?\r?\n---(?:\r?\n|$)/, "");
