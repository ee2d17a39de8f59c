import type { HtmlEscapedString } from "hono/utils/html";
import { html } from "hono/html";
import { neutral } from "../render/neutral.ts";

/** HTML or SVG. `html` of hono escapes every value that is not markup itself. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

export const NOTHING: Markup = html``;

/** Somebody else's text on one line: without control characters and direction marks, and cut. `html` escapes it. */
export const shown = (text: string, maxLength = 400): string => neutral(text, maxLength);
