import { z } from "zod";

// Slack's rules for messages and modals, written from its reference and independent of the renderer under test: unknown
// keys, empty texts, long texts, duplicate ids. Source: docs.slack.dev/reference/block-kit and /reference/views.

/** Unescaped markup that Slack parses: a mention, a channel ping, a link, a date. Causeway may mention people only. */
const CONTROL = /<(?!@[UW][A-Z0-9]+>)[^>]*>?|&(?!(?:amp|lt|gt);)/;
const mrkdwnText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !CONTROL.test(text), "holds an unescaped control mark");

const Plain = (max: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: z.string().min(1).max(max), emoji: z.boolean().optional() });
const Mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal("mrkdwn"), text: mrkdwnText(max), verbatim: z.boolean().optional() });
const Text = (max: number) => z.union([Plain(max), Mrkdwn(max)]);
const ActionId = z.string().min(1).max(255);
const BlockId = { block_id: z.string().min(1).max(255).optional() };
const Option = z.strictObject({
  text: Plain(75),
  value: z.string().min(1).max(150),
  description: Plain(75).optional(),
});
const Confirm = z.strictObject({
  title: Plain(100),
  text: Text(300),
  confirm: Plain(30),
  deny: Plain(30),
  style: z.enum(["primary", "danger"]).optional(),
});

const Button = z.strictObject({
  type: z.literal("button"),
  text: Plain(75),
  action_id: ActionId,
  value: z.string().max(2000).optional(),
  url: z.url().max(3000).optional(),
  style: z.enum(["primary", "danger"]).optional(),
  confirm: Confirm.optional(),
});
const StaticSelect = z.strictObject({
  type: z.literal("static_select"),
  action_id: ActionId,
  placeholder: Plain(150).optional(),
  options: z.array(Option).min(1).max(100),
  initial_option: Option.optional(),
  confirm: Confirm.optional(),
});
const Input = z.strictObject({
  type: z.literal("plain_text_input"),
  action_id: ActionId,
  multiline: z.boolean().optional(),
  max_length: z.number().int().min(1).max(3000).optional(),
  placeholder: Plain(150).optional(),
  initial_value: z.string().max(3000).optional(),
});
const Image = {
  image_url: z.url().max(3000).optional(),
  slack_file: z.union([z.strictObject({ id: z.string() }), z.strictObject({ url: z.url() })]).optional(),
  alt_text: z.string().min(1).max(2000),
};

const Style = z
  .strictObject({ bold: z.boolean(), italic: z.boolean(), strike: z.boolean(), code: z.boolean() })
  .partial()
  .optional();
const RichInline = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string().min(1).max(3000), style: Style }),
  z.strictObject({ type: z.literal("user"), user_id: z.string().regex(/^[UW][A-Z0-9]+$/), style: Style }),
  z.strictObject({ type: z.literal("link"), url: z.url(), text: z.string().min(1).optional(), style: Style }),
  z.strictObject({ type: z.literal("emoji"), name: z.string().min(1) }),
]);
const RichSection = z.strictObject({ type: z.literal("rich_text_section"), elements: z.array(RichInline).min(1) });
const RichElement = z.discriminatedUnion("type", [
  RichSection,
  z.strictObject({
    type: z.literal("rich_text_list"),
    style: z.enum(["bullet", "ordered"]),
    elements: z.array(RichSection).min(1),
    indent: z.number().int().min(0).max(8).optional(),
  }),
  z.strictObject({
    type: z.literal("rich_text_preformatted"),
    elements: z.array(z.strictObject({ type: z.literal("text"), text: z.string().min(1).max(3000) })).min(1),
  }),
  z.strictObject({ type: z.literal("rich_text_quote"), elements: z.array(RichInline).min(1) }),
]);

const MessageBlock = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("header"), text: Plain(150), ...BlockId }),
  z.strictObject({ type: z.literal("divider"), ...BlockId }),
  z.strictObject({
    type: z.literal("section"),
    text: Text(3000).optional(),
    fields: z.array(Text(2000)).min(1).max(10).optional(),
    accessory: z.union([Button, StaticSelect]).optional(),
    ...BlockId,
  }),
  z.strictObject({ type: z.literal("context"), elements: z.array(Text(3000)).min(1).max(10), ...BlockId }),
  z.strictObject({
    type: z.literal("actions"),
    elements: z
      .array(z.union([Button, StaticSelect]))
      .min(1)
      .max(25),
    ...BlockId,
  }),
  z.strictObject({ type: z.literal("image"), ...Image, title: Plain(2000).optional(), ...BlockId }),
  z.strictObject({ type: z.literal("rich_text"), elements: z.array(RichElement).min(1), ...BlockId }),
]);
const InputBlock = z.strictObject({
  type: z.literal("input"),
  label: Plain(2000),
  element: z.union([Input, StaticSelect]),
  optional: z.boolean().optional(),
  hint: Plain(2000).optional(),
  ...BlockId,
});

const uniqueIds = (blocks: readonly { block_id?: string | undefined; type: string }[]): boolean => {
  const ids = blocks.flatMap(({ block_id: id }) => id ?? []);
  return new Set(ids).size === ids.length;
};
const uniqueActions = (blocks: readonly z.infer<typeof MessageBlock>[]): boolean =>
  blocks.every(
    (block) =>
      block.type !== "actions" || new Set(block.elements.map(({ action_id: id }) => id)).size === block.elements.length,
  );

/** Slack's own cap is not published; messages of more than about 13,000 characters of text are known to be refused. */
const MAX_BLOCK_TEXT = 13_000;
const textOf = (blocks: unknown): number =>
  [...JSON.stringify(blocks).matchAll(/"text":"((?:[^"\\]|\\.)*)"/g)].reduce(
    (sum, [, text = ""]) => sum + text.length,
    0,
  );
const isShort = (blocks: unknown): boolean => textOf(blocks) <= MAX_BLOCK_TEXT;

const Blocks = z
  .array(MessageBlock)
  .max(50)
  .refine(uniqueIds, "a block_id occurs twice")
  .refine(uniqueActions, "an action_id occurs twice in a block")
  .refine(isShort, "msg_blocks_too_long");
/** The fields of `chat.postMessage` that Causeway sends. The fallback is parsed as mrkdwn. */
export const SlackMessage = z.object({ text: mrkdwnText(40_000), blocks: Blocks.optional() });

export const SlackView = z
  .strictObject({
    type: z.literal("modal"),
    callback_id: z.string().max(255).optional(),
    title: Plain(24),
    close: Plain(24).optional(),
    submit: Plain(24).optional(),
    private_metadata: z.string().max(3000).optional(),
    blocks: z
      .array(z.union([MessageBlock, InputBlock]))
      .min(1)
      .max(100)
      .refine(uniqueIds, "a block_id occurs twice")
      .refine((blocks) => textOf(blocks) <= 2 * MAX_BLOCK_TEXT, "view_too_large"),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    external_id: z.string().max(255).optional(),
  })
  .refine(
    ({ blocks, submit }) => submit !== undefined || !blocks.some(({ type }) => type === "input"),
    "a view with an input needs a submit button",
  );

/** Slack's errors, one per line; empty if Slack would accept the message. */
export function problemsOf(schema: typeof SlackMessage | typeof SlackView, sent: unknown): string[] {
  const parsed = schema.safeParse(sent);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ message, path }) => `[ERROR] ${message} [json-pointer:/${path.join("/")}]`);
}
