// Slack refuses a whole message when one text in it is too long. Lengths in UTF-16 units.
// Source: docs.slack.dev/reference/block-kit/blocks and /block-elements, /reference/methods/chat.postMessage,
// /reference/views.

/** Longest text of a notification. Slack cuts at 40,000, but nobody reads that as a notification. */
export const MAX_FALLBACK = 3000;
export const MAX_OPTION = 75;
export const MAX_ID = 255;
/** Slack documents no limit for rich text, so the limit of a section's text applies. */
export const MAX_RICH_TEXT = 3000;
/**
 * The most text on one page of a modal or in one message: up to four screens, far below Slack's undocumented
 * `msg_blocks_too_long`.
 */
export const MAX_PAGE_TEXT = 9000;
export const MAX_PAGE_BLOCKS = 40;
