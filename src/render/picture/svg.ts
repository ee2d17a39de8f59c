import { neutral } from "../neutral.ts";

/** Escapes somebody else's text for SVG, so that it cannot become markup. */
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
/** An SVG element. `inner` must be markup already. */
export const tag = (name: string, attributes: Attributes, inner = ""): string =>
  `<${name}${written(attributes)}>${inner}</${name}>`;

/** Colours that colour-blind people can tell apart: Okabe and Ito, 2008. */
export const COLOURS = {
  line: "#0072b2",
  ill: "#d55e00",
  quiet: "#6b7280",
  grid: "#e5e7eb",
  text: "#111827",
  paper: "#ffffff",
  band: "#fde7d9",
} as const;
