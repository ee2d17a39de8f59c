import { neutral } from "../neutral.ts";

/** Somebody else's text in an SVG: what it is made of cannot become markup. */
export const label = (text: string, maxLength: number): string =>
  neutral(text, maxLength)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;")
    .replaceAll(/[\uFFFE\uFFFF]/g, "\uFFFD");

export type Attributes = Readonly<Record<string, string | number>>;
const written = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${typeof value === "number" ? Number(value.toFixed(2)) : value}"`)
    .join("");
/** `inner` is markup already. */
export const tag = (name: string, attributes: Attributes, inner = ""): string =>
  `<${name}${written(attributes)}>${inner}</${name}>`;

/** Colours that are told apart by those who see few: Okabe and Ito, 2008. */
export const COLOURS = {
  line: "#0072b2",
  ill: "#d55e00",
  quiet: "#6b7280",
  grid: "#e5e7eb",
  text: "#111827",
  paper: "#ffffff",
  band: "#fde7d9",
} as const;
