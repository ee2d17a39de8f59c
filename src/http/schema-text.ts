type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The name of the component that a schema refers to, or null. */
export const referenceOf = (schema: unknown): string | null =>
  isSchema(schema) && typeof schema.$ref === "string" ? (schema.$ref.split("/").at(-1) ?? null) : null;

/** Writes a JSON schema as a readable type: `{ title: string, id?: string | null }`. Components appear by name. */
export function schemaText(schema: unknown, indent = ""): string {
  if (!isSchema(schema)) return "anything";
  const reference = referenceOf(schema);
  if (reference !== null) return reference;
  for (const key of ["anyOf", "oneOf", "allOf"] as const) {
    const parts = schema[key];
    if (Array.isArray(parts))
      return parts.map((part) => schemaText(part, indent)).join(key === "allOf" ? " & " : " | ");
  }
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if ("const" in schema) return JSON.stringify(schema.const);
  const types = [schema.type].flat().filter((type) => typeof type === "string");
  return types.length === 0 ? "anything" : types.map((type) => typeText(type, schema, indent)).join(" | ");
}

function typeText(type: string, schema: Schema, indent: string): string {
  if (type === "array") return `${bracketed(schemaText(schema.items, indent))}[]`;
  if (type === "object") return objectText(schema, indent);
  if (type === "string" && schema.format === "date-time") return "time";
  if (type === "string" && schema.format === "binary") return "bytes";
  return type;
}

const bracketed = (words: string): string => (words.includes(" | ") && !words.startsWith("{") ? `(${words})` : words);

function objectText(schema: Schema, indent: string): string {
  const properties = isSchema(schema.properties) ? Object.entries(schema.properties) : [];
  if (properties.length === 0)
    return isSchema(schema.additionalProperties)
      ? `{ [name]: ${schemaText(schema.additionalProperties, indent)} }`
      : "{}";
  const required = new Set([schema.required].flat());
  const inner = `${indent}  `;
  const lines = properties.map(([name, property]) => {
    const description =
      isSchema(property) && typeof property.description === "string" ? `  // ${property.description}` : "";
    return `${inner}${name}${required.has(name) ? "" : "?"}: ${schemaText(property, inner)}${description}`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}
