const INDENT = 2;

/** JSON for people: what fits in `width` stays on one line, the rest is broken. */
export function prettyJson(data: unknown, width: number, indent = 0): string {
  const short = oneLine(data);
  if (indent + short.length <= width || typeof data !== "object" || data === null) return short;
  const inner = indent + INDENT;
  const [open, close] = Array.isArray(data) ? ["[", "]"] : ["{", "}"];
  const parts = Array.isArray(data)
    ? data.map((item) => prettyJson(item, width, inner))
    : Object.entries(data).map(([key, value]) => {
        const name = `${JSON.stringify(key)}: `;
        return name + prettyJson(value, width, inner).trimStart();
      });
  if (parts.length === 0) return short;
  return `${open}\n${parts.map((part) => " ".repeat(inner) + part).join(",\n")}\n${" ".repeat(indent)}${close}`;
}

function oneLine(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(oneLine).join(", ")}]`;
  if (typeof data !== "object" || data === null) return JSON.stringify(data) ?? "null";
  const parts = Object.entries(data).map(([key, value]) => `${JSON.stringify(key)}: ${oneLine(value)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}
