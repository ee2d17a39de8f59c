import { convert, type FormatCallback, type HtmlToTextOptions } from "html-to-text";
import { Parser } from "htmlparser2";
import { IncidentError } from "../../domain/errors.ts";

/** Nesting limit: a normal page has about twenty levels, and parsing time grows with their square. */
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
  // the page's main part; the whole page when it has none of these
  baseElements: { selectors: ["main", "[role=main]", "article"], orderBy: "selectors" },
  formatters: { heading, code },
  selectors: [
    ...SKIPPED.map((selector) => ({ selector, format: "skip" })),
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, format: "heading" })),
    { selector: "pre", format: "code" },
    { selector: "a", options: { ignoreHref: true } },
    // rows of words, not drawn columns: a cell may claim to span a million
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
 * Converts a web page to Markdown: headings, paragraphs, lists, table rows and code, without menus, forms, pictures and
 * addresses. The page's title comes first if the text does not start with a heading.
 *
 * @returns an empty text when the page shows nothing without its scripts.
 * @throws {IncidentError} BAD_RESPONSE when elements are nested too deeply.
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
        throw new IncidentError("BAD_RESPONSE", `its HTML is nested more than ${MAX_DEPTH} levels deep`, {
          hint: "Link to a simpler page, such as its plain text.",
        });
    },
    onclosetag: () => void (depth -= 1),
  });
  parser.end(html);
}
