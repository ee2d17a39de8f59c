import { z } from "zod";
import type { Claim } from "../../domain/ports.ts";
import { defineTool } from "../../llm/define-tool.ts";
import type { LoopTool } from "../../llm/loop-tool.ts";

const Input = z.object({
  conclusion: z.string().max(600).describe("one or two plain sentences"),
  evidence_ids: z.array(z.string().max(20)).max(12).describe("the evidence that they rest on, such as E7"),
});

/** Ends the investigation. The sentence is checked afterwards like any other claim. */
export const conclude = (onConclusion: (claim: Claim) => void): LoopTool =>
  defineTool(
    { name: "conclude", description: "Ends the investigation with one or two sentences.", input: Input },
    async ({ conclusion, evidence_ids: evidenceIds }) => {
      onConclusion({ text: conclusion, evidenceIds });
      return {
        result: {
          key: null,
          tool: "conclude",
          query: "",
          range: null,
          sources: [],
          rows: 0,
          summary: {},
          data: [],
          gaps: [],
        },
        step: "concluded",
      };
    },
  );
