import { neutral } from "../neutral.ts";

/**
 * Text of somebody else's for a place that Slack parses (the fallback of a message): it reads the same, and calls nobody.
 * `&`, `<` and `>` are the only marks of Slack's that a server obeys; a bare "@channel" is broken up for clients that would.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export const escaped = (text: string, maxLength?: number): string =>
  neutral(text, maxLength)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/@(?=channel|here|everyone)/gi, "@\u2060");
