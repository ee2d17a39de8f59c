/**
 * The text of a page as Markdown, by the extension of its path: headings, code and links, which tell what a page is
 * about. It is for search only: nobody reads the result.
 */
export function asMarkdown(path: string | null, text: string): string {
  const extension = /\.([a-z]+)$/i.exec(path ?? "")?.[1]?.toLowerCase();
  if (extension === "adoc" || extension === "asciidoc") return fromAsciiDoc(text);
  if (extension === "rst") return fromRst(text);
  return extension === "txt" ? fromText(text) : text;
}

/** @see https://docs.asciidoctor.org/asciidoc/latest/syntax-quick-reference/ */
function fromAsciiDoc(text: string): string {
  let isCode = false;
  const lines = text.split(/\r?\n/).flatMap((line) => {
    if (/^(?:-{4,}|\.{4,}|`{3,})\s*$/.test(line)) {
      isCode = !isCode;
      return ["```"];
    }
    if (isCode) return [line];
    if (/^(?::[!\w-]{1,80}:|\[[^\]]*\]\s*$|\/\/)/.test(line)) return [];
    const heading = /^(={1,6})[ \t]+(.*)$/.exec(line);
    return [heading === null ? line : `${"#".repeat(heading[1]?.length ?? 1)} ${heading[2]}`];
  });
  return lines
    .join("\n")
    .replaceAll(/\b(?:link|xref):([^[\]\s]{1,300})\[([^\]\n]{0,200})\]/g, "[$2]($1)")
    .replaceAll(/<<([^,<>\n]{1,300}),([^<>\n]{1,200})>>/g, "[$2]($1)")
    .replaceAll(/(?<![(\w])(https?:\/\/[^[\]\s]{1,300})\[([^\]\n]{1,200})\]/g, "[$2]($1)");
}

const RULE = /^([=\-~^"'`#*+.:_])\1{2,}\s*$/;

/**
 * The first kind of underline is the title's, the next kind that of sections, and so on.
 *
 * @see https://docutils.sourceforge.io/docs/user/rst/quickref.html
 */
function fromRst(text: string): string {
  const lines = text.split(/\r?\n/);
  const kinds: string[] = [];
  const out: string[] = [];
  let isCode = false;
  for (const [at, line] of lines.entries()) {
    const [before = "", after = ""] = [lines[at - 1], lines[at + 1]];
    if (isCode && /^\S/.test(line)) {
      isCode = false;
      out.push("```");
    }
    const rule = isCode ? null : RULE.exec(line);
    const underline = isCode || line.trim() === "" || /^\s/.test(line) || rule !== null ? null : RULE.exec(after);
    if (underline !== null && after.trim().length >= Math.min(line.trim().length, 3)) {
      const kind = underline[1] ?? "";
      if (!kinds.includes(kind)) kinds.push(kind);
      out.push(`${"#".repeat(Math.min(6, kinds.indexOf(kind) + 1))} ${line.trim()}`);
    } else if (rule !== null && (before.trim() !== "" || after.trim() !== "")) continue;
    else if (/^\.\. (?:code|code-block|sourcecode|parsed-literal)::/.test(line) || (!isCode && /::\s*$/.test(line))) {
      out.push(line.startsWith("..") ? "" : line, "```");
      isCode = true;
    } else if (isCode || !line.startsWith(".. ")) out.push(line);
  }
  if (isCode) out.push("```");
  return out.join("\n").replaceAll(/`([^`<>\n]{1,200}) <([^`<>\n]{1,300})>`(?:__?)?/g, "[$1]($2)");
}

const MAX_TITLE_CHARS = 120;

/** The first line of a text is its title, if it is short. */
function fromText(text: string): string {
  const [first = "", ...rest] = text.trimStart().split(/\r?\n/);
  return first === "" || first.length > MAX_TITLE_CHARS || first.startsWith("#")
    ? text
    : `# ${first}\n${rest.join("\n")}`;
}
