import { CompletionRequest, type ReceivedRequest, requestSha256 } from "../../src/modelserver/completion-request.ts";
import { tokenCounter } from "../../src/modelserver/count-tokens.ts";

export const counter = tokenCounter();

export const listMetrics = {
  type: "function" as const,
  function: {
    name: "list_metrics",
    description: "lists the metrics of an entity",
    parameters: {
      type: "object",
      properties: { entity: { type: "string" }, limit: { type: "integer", minimum: 1 } },
      required: ["entity"],
      additionalProperties: false,
    },
  },
};
export const readLogs = { type: "function" as const, function: { name: "read_logs" } };
export const verdict = {
  type: "json_schema" as const,
  json_schema: {
    name: "verdict",
    schema: { type: "object", properties: { cause: { type: "string" } }, required: ["cause"] },
  },
};

export const request = (parts: Partial<CompletionRequest> = {}): CompletionRequest =>
  CompletionRequest.parse({ model: "m", messages: [{ role: "user", content: "what broke?" }], ...parts });

export const received = (parts: Partial<CompletionRequest> = {}, number = 1): ReceivedRequest => ({
  number,
  request: request(parts),
  sha256: requestSha256(request(parts)),
});
