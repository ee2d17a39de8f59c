import { expect, it } from "vitest";
import { schemaText } from "../../src/http/schema-text.ts";

it("writes a schema as a type, with optional fields, parts and descriptions", () => {
  const schema = {
    type: "object",
    required: ["id", "tags"],
    properties: {
      id: { type: "string" },
      at: { type: ["string", "null"], format: "date-time", description: "When." },
      tags: { type: "array", items: { enum: ["a", null] } },
      more: { $ref: "#/components/schemas/More" },
      labels: { type: "object", additionalProperties: { type: "string" } },
      either: { anyOf: [{ type: "integer" }, { const: "all" }] },
      any: {},
    },
  };
  expect(schemaText(schema)).toBe(
    [
      "{",
      "  id: string",
      "  at?: time | null  // When.",
      '  tags: ("a" | null)[]',
      "  more?: More",
      "  labels?: { [name]: string }",
      '  either?: integer | "all"',
      "  any?: anything",
      "}",
    ].join("\n"),
  );
});
