/** Characters that Markdown, HTML or a chat could take for markup. In an address they may always be percent-encoded. */
const MARKUP = /[\s<>"'`(){}[\]|\\^*!]/g;
const MAX_LENGTH = 8_000;

/** Percent-encodes one character, in UTF-8. `encodeURIComponent` leaves some of these as they are. */
export const percentEncoded = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");

/**
 * An address that may be shown as a link anywhere: http(s), without user info, and without a character that ends a
 * link in Markdown, HTML or Slack. Null for any other text, and for an address that is too long to work.
 */
export function webAddress(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  if (url.username !== "" || url.password !== "") return null;
  const { origin, href } = url;
  const address = origin + href.slice(origin.length).replaceAll(MARKUP, percentEncoded);
  return address.length > MAX_LENGTH ? null : address;
}
