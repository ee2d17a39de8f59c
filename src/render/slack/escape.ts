import { neutral } from "../neutral.ts";

/**
 * Escapes somebody else's text for a place that Slack parses (the fallback of a message). It reads the same and
 * mentions nobody. Slack's server parses only `&`, `<` and `>`; some clients also act on a bare "@channel", so that is
 * broken up.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export const escaped = (text: string, maxLength?: number): string =>
  neutral(text, maxLength)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/@(?=channel|here|everyone)/gi, "@\u2060");
