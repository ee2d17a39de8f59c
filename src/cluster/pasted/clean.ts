// oxlint-disable-next-line no-control-regex -- terminals write these
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Text as a program printed it: without colours, carriage returns, byte order marks and NUL bytes. */
export const cleaned = (text: string): string =>
  text
    .replace(/^\uFEFF/, "")
    .replaceAll("\u0000", "")
    .replace(ANSI, "")
    .replace(/\r\n?/g, "\n");
