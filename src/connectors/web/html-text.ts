import { convert, type FormatCallback, type HtmlToTextOptions } from "html-to-text";
import { Parser } from "htmlparser2";
import { IncidentError } from "../../domain/errors.ts";

/** Elements within elements: a page that a person wrote has some twenty. The time of reading one grows with the square of it. */
const MAX_DEPTH = 200;
const limits = { maxBaseElements: 1, maxDepth: MAX_DEPTH };

const heading: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 2 });
  walk(element.children, builder);
  const level = Number(element.name?.slice(1));
  builder.closeBlock({
    trailingLineBreaks: 2,
    blockTransform: (text) => `${"#".repeat(level)} ${text.replaceAll("\n", " ")}`,
  });
};

const code: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ isPre: true, leadingLineBreaks: 2 });
  walk(element.children, builder);
  builder.closeBlock({ trailingLineBreaks: 2, blockTransform: (text) => `\`\`\`\n${text}\n\`\`\`` });
};

const SKIPPED = ["title", "nav", "footer", "aside", "form", "button", "img", "svg", "noscript", "template", "iframe"];
const PAGE: HtmlToTextOptions = {
  wordwrap: false,
  limits,
  baseElements: { selectors: ["main", "[role=main]", "article"], orderBy: "selectors" }, // what the page is about; the whole of it where it has none of these
  formatters: { heading, code },
  selectors: [
    ...SKIPPED.map((selector) => ({ selector, format: "skip" })),
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, format: "heading" })),
    { selector: "pre", format: "code" },
    { selector: "a", options: { ignoreHref: true } },
    // Rows of words, not columns drawn to their width: a cell may say that it spans a million.
    { selector: "table", format: "block" },
    { selector: "tr", format: "block", options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    ...["th", "td"].map((selector) => ({ selector, format: "inlineSurround", options: { suffix: " | " } })),
  ],
};
const TITLE: HtmlToTextOptions = {
  wordwrap: false,
  limits,
  baseElements: { selectors: ["title"], returnDomByDefault: false },
};

/**
 * What a web page says, as Markdown: headings, paragraphs, lists, rows of tables and code, without menus, forms, pictures and addresses. Its title stands
 * first where no heading does.
 *
 * @returns empty where the page says nothing without its scripts.
 * @throws {IncidentError} BAD_RESPONSE where its elements are nested more than a page's are.
 */
export function htmlText(html: string): string {
  refuseDeep(html);
  const text = convert(html, PAGE).trim();
  const title = text.startsWith("#") ? "" : convert(html, TITLE).replaceAll("\n", " ").trim();
  return text === "" || title === "" ? text : `# ${title}\n\n${text}`;
}

function refuseDeep(html: string): void {
  let depth = 0;
  const parser = new Parser({
    onopentagname: () => {
      depth += 1;
      if (depth > MAX_DEPTH)
        throw new IncidentError("BAD_RESPONSE", `its HTML is nested more than ${MAX_DEPTH} deep`, {
          hint: "Link to the text of the page.",
        });
    },
    onclosetag: () => void (depth -= 1),
  });
  parser.end(html);
}
