import type { CardModel } from "./card-model.ts";

/** Bytes of a message that Teams takes through a webhook, less some room. */
const MAX_BYTES = 26_000;
const COLOR = { bad: "Attention", open: "Warning", good: "Good" } as const;

type Run = {
  type: "TextRun";
  text: string;
  weight?: "Bolder";
  color?: (typeof COLOR)[keyof typeof COLOR];
  size?: "Large";
};
type Block = { type: "RichTextBlock"; inlines: readonly Run[]; spacing?: "Medium" };
export type TeamsMessage = {
  type: "message";
  attachments: readonly {
    contentType: "application/vnd.microsoft.card.adaptive";
    contentUrl: null;
    content: {
      $schema: "http://adaptivecards.io/schemas/adaptive-card.json";
      type: "AdaptiveCard";
      version: "1.4";
      msteams: { width: "Full" };
      body: readonly Block[];
    };
  }[];
};

/**
 * The card as an Adaptive Card 1.4. All texts are runs of a RichTextBlock, which knows no markdown; `<at>`, by which
 * Teams mentions people, is broken up.
 *
 * @see https://adaptivecards.io/explorer/RichTextBlock.html
 */
export function teamsMessage({ title, tone, lead, fields, sections, foot }: CardModel): TeamsMessage {
  const body: Block[] = [
    block([{ ...run(title), weight: "Bolder", size: "Large", color: COLOR[tone] }]),
    block([{ ...run(lead), weight: "Bolder" }]),
    ...fields.map(({ label, text }) => block([{ ...run(`${label}: `), weight: "Bolder" }, run(text)])),
    ...sections.flatMap(({ title: heading, items }) => [
      { ...block([{ ...run(heading), weight: "Bolder" }]), spacing: "Medium" as const },
      ...items.map((item) => block([run(`• ${item}`)])),
    ]),
  ];
  const last = block([run(foot)]);
  const message = (blocks: readonly Block[]): TeamsMessage => ({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          msteams: { width: "Full" },
          body: [...blocks, last],
        },
      },
    ],
  });
  while (body.length > 2 && Buffer.byteLength(JSON.stringify(message(body))) > MAX_BYTES) body.pop();
  return message(body);
}

const block = (inlines: readonly Run[]): Block => ({ type: "RichTextBlock", inlines });
const run = (text: string): Run => ({ type: "TextRun", text: text.replaceAll(/<(?=\/?at\b)/gi, "‹") });
