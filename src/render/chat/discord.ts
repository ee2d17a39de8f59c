import { neutral } from "../neutral.ts";
import type { CardModel } from "./card-model.ts";
import { markdownLines } from "./markdown-lines.ts";

/** Discord's limits, in characters. */
const MAX = { title: 256, description: 4_096 };
const COLOR = { bad: 0xc62828, open: 0xf9a825, good: 0x2e7d32 } as const;

export type DiscordMessage = {
  /** Nothing in the message notifies anybody. */
  allowed_mentions: { parse: readonly [] };
  embeds: readonly { title: string; description: string; color: number }[];
};

/**
 * The card as one embed.
 *
 * @see https://discord.com/developers/docs/resources/message#embed-object-embed-limits
 */
export const discordMessage = (card: CardModel): DiscordMessage => ({
  allowed_mentions: { parse: [] },
  embeds: [
    {
      title: neutral(card.title, MAX.title),
      description: markdownLines(card, "", MAX.description).trimStart(),
      color: COLOR[card.tone],
    },
  ],
});
