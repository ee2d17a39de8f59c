import { z } from "zod";

const Text = z
  .union([z.string(), z.object({ text: z.string() }).transform(({ text }) => text)])
  .nullish()
  .transform((text) => text ?? "");
const Field = z.object({ title: Text, value: Text });
const Attachment = z.looseObject({
  pretext: Text,
  title: Text,
  title_link: z.string().nullish(),
  text: Text,
  fallback: Text,
  footer: Text,
  author_name: Text,
  color: z.string().nullish(),
  fields: z.array(Field).nullish(),
  blocks: z.array(z.unknown()).nullish(),
  // set on a preview that Slack made of a link
  from_url: z.string().nullish(),
  original_url: z.string().nullish(),
  is_app_unfurl: z.boolean().nullish(),
  is_msg_unfurl: z.boolean().nullish(),
});

/** The fields of a message that are read. All of its text is untrusted. */
export const AlertMessage = z.looseObject({
  channel: z.string(),
  ts: z.string(),
  text: Text,
  username: Text,
  attachments: z.array(Attachment).nullish(),
  blocks: z.array(z.unknown()).nullish(),
});
export type AlertMessage = z.infer<typeof AlertMessage>;

/**
 * One part of a message as text. `headlines`: candidates for its title, the likeliest first. `words`: all of it with
 * links, to recognise the tool.
 */
export type Part = {
  headlines: string[];
  lines: string[];
  fields: Record<string, string>;
  link: string | null;
  words: string;
};

/** The parts that the sender wrote: one for each attachment, or one for text and blocks. Link previews are left out. */
export function partsOf(message: AlertMessage): Part[] {
  const attachments = (message.attachments ?? []).filter(
    (one) =>
      one.from_url == null && one.original_url == null && one.is_app_unfurl !== true && one.is_msg_unfurl !== true,
  );
  const own = ownPart(message);
  if (attachments.length === 0) return [own];
  return attachments.map(
    ({ pretext, title, title_link: link, text, fallback, footer, author_name: author, fields, blocks }): Part => {
      const inner = blockTexts(blocks ?? []);
      return {
        headlines: [title, pretext, ...inner, ...own.headlines, text, fallback]
          .map(firstLine)
          .filter((line) => line !== ""),
        lines: [text, ...inner, ...own.lines].flatMap((one) => plainText(one).split("\n")),
        fields: Object.fromEntries(
          (fields ?? []).map((field) => [
            plainText(field.title).replace(/:$/, "").toLowerCase(),
            plainText(field.value),
          ]),
        ),
        link: link ?? null,
        words: [own.words, title, link, pretext, text, footer, author, fallback, ...inner].join("\n"),
      };
    },
  );
}

function ownPart({ text, blocks, username }: AlertMessage): Part {
  const inner = blockTexts(blocks ?? []);
  const lines = [...inner, text].flatMap((one) => plainText(one).split("\n")).filter((line) => line !== "");
  return {
    headlines: [...inner, text].map(firstLine).filter((line) => line !== ""),
    lines,
    fields: {},
    link: /<(https?:[^|>]+)/.exec([text, ...inner].join("\n"))?.[1] ?? null,
    words: [username, text, ...inner].join("\n"),
  };
}

const firstLine = (text: string): string => plainText(text).split("\n")[0]?.trim() ?? "";
const TextHolder = z.looseObject({
  text: z.unknown().optional(),
  fields: z.array(z.unknown()).optional(),
  elements: z.array(z.unknown()).optional(),
});
const MOST_BLOCKS = 100;

/** Texts of blocks, in order. */
function blockTexts(blocks: readonly unknown[], depth = 0): string[] {
  if (depth > 4) return [];
  return blocks.slice(0, MOST_BLOCKS).flatMap((block) => {
    const parsed = TextHolder.safeParse(block);
    if (!parsed.success) return [];
    const { text, fields = [], elements = [] } = parsed.data;
    const own = Text.safeParse(text);
    return [
      ...(own.success && own.data !== "" ? [own.data] : []),
      ...blockTexts(fields, depth + 1),
      ...blockTexts(elements, depth + 1),
    ];
  });
}

/** mrkdwn as plain text: links become their labels, marks and emoji go, entities are decoded. */
const plainText = (mrkdwn: string): string =>
  mrkdwn
    .slice(0, 20_000)
    .replaceAll(/<(?:https?:|mailto:)[^|>]*\|([^>]*)>/g, "$1")
    .replaceAll(/<((?:https?:|mailto:)[^>]*)>/g, "$1")
    .replaceAll(/:[a-z0-9_+-]{2,40}:/g, " ")
    .replaceAll(/[*`]/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll(/[ \t]+/g, " ")
    .trim();
