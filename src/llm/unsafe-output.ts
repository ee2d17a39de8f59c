import { redactSecrets } from "../domain/redact.ts";

/** Links, addresses and markup: text that leads somewhere or is more than words when shown. */
const LIVE = new RegExp(
  [
    String.raw`(?:[a-z][a-z0-9+.-]*:\/\/|www\.|javascript:|mailto:|data:)\S+`,
    String.raw`[\w.+-]+@(?:[\w-]+\.)+[\w-]+`,
    String.raw`(?:[\w-]+\.)+[a-z]{2,}\/\S+`,
    String.raw`<[a-z!/@#*][^<>\s]*`,
    String.raw`\]\([^)]*\)`,
    String.raw`&(?:#x?[0-9a-f]+|[a-z]{2,8});`,
    String.raw`(?<![\w.])@(?:here|channel|everyone|[a-z][\w.-]{1,30})`,
  ].join("|"),
  "giu",
);
/** Headings, fences, emphasis, tables and images of Markdown. */
const MARKDOWN = /^#{1,6} |```|~~~|!\[|\*\*\S|(?<!\w)__\S|^\s*>|\|\s*-{3,}/mu;
/** A command of a shell. A model proposes steps by their names; it writes none. */
const COMMAND = new RegExp(
  [
    String.raw`(?<![\w-])(?:kubectl|helm|oc|docker|podman|systemctl|sudo|ssh|scp|curl|wget|chmod|chown|mkfs|dd|` +
      String.raw`psql|mysql|redis-cli|`,
    String.raw`bash|sh|python3?|node|npx|pip|apt-get|terraform|ansible|git) +(?:-{1,2}\w|[a-z]+ +[\w./-]*[\w/-]|\/\S)`,
    String.raw`|(?<![\w-])rm +-\w|\$\([^)]+\)|[;&|]{1,2} *(?:rm|sh|bash)(?![\w-])|(?<![\w-])(?:drop|` +
      String.raw`truncate) +(?:table|database) `,
  ].join(""),
  "iu",
);

/** Lower case, without punctuation at the end. */
const liveIn = (text: string): string[] =>
  [...text.matchAll(LIVE)].map(([found]) => found.toLowerCase().replace(/[\p{P}\p{S}]+$/u, ""));

/**
 * Why a sentence of a model may not be shown: it holds a link, address, tag, mention, command or secret that its
 * evidence
 * lacks, or Markdown. Null if it may.
 *
 * @param text with compatibility forms normalised.
 * @param held texts of the evidence, normalised, lower case.
 */
export function unsafeOutput(text: string, held: readonly string[]): string | null {
  const live = liveIn(text).find((part) => !held.some((one) => one.includes(part)));
  if (live !== undefined) return `${live} is not in the cited evidence`;
  if (MARKDOWN.test(text)) return "it holds markup";
  const command = COMMAND.exec(text)?.[0].toLowerCase();
  if (command !== undefined && !held.some((one) => one.includes(command))) return "it holds a command";
  return redactSecrets(text) !== text && redactSecrets(held.join("\n")) === held.join("\n")
    ? "it holds a secret"
    : null;
}
