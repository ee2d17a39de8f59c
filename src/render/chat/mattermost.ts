import { inert } from "../markdown-escape.ts";
import type { CardModel } from "./card-model.ts";
import { markdownLines } from "./markdown-lines.ts";

/** Characters of a message that a Mattermost server takes. */
const MAX_CHARS = 16_000;

export type MattermostMessage = { text: string };

/**
 * The card as markdown. Words that could be a mention, a link or a channel stand in code spans, where Mattermost
 * resolves none of them, nor Slack's `<!channel>`.
 */
export const mattermostMessage = (card: CardModel): MattermostMessage => ({
  text: markdownLines(card, `#### ${inert(card.title)}`, MAX_CHARS),
});
