// Slack refuses a whole message for one text that is too long. Lengths in UTF-16 units.
// Source: docs.slack.dev/reference/block-kit/blocks and /block-elements, /reference/methods/chat.postMessage, /reference/views.

/** Of the text that notifications show; longer is cut by Slack at 40,000, and is no notification. */
export const MAX_FALLBACK = 3000;
export const MAX_OPTION = 75;
export const MAX_ID = 255;
/** Slack documents none for rich text; that of a section's text is kept. */
export const MAX_RICH_TEXT = 3000;
/** What one page of a modal, and one message, hold in all: a screen or four, and far from Slack's undocumented `msg_blocks_too_long`. */
export const MAX_PAGE_TEXT = 9000;
export const MAX_PAGE_BLOCKS = 40;
