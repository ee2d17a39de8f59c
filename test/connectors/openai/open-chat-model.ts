import type { ModelRequest } from "../../../src/domain/chat-model.ts";
import { openChatModel, type OpenChatModelOptions } from "../../../src/connectors/openai/open-chat-model.ts";
import type { ModelSettings } from "../../../src/connectors/openai/model-settings.ts";
import { HANG_MS } from "../../hang.ts";
import type { FakeModel } from "./server.ts";

export const KEY = "sk-a-very-secret-key-0123456789";

export const settingsOf = (model: FakeModel, settings: Partial<ModelSettings> = {}): ModelSettings => ({
  name: "small",
  place: null,
  model: "small-model",
  baseUrl: model.baseUrl,
  apiKey: KEY,
  headers: {},
  azure: null,
  contextTokens: null,
  timeoutMs: HANG_MS,
  idleTimeoutMs: HANG_MS,
  maxRetries: 0,
  temperature: null,
  seed: null,
  capabilities: {},
  ...settings,
});

/** The model, and the pauses that it made. */
export function opened(model: FakeModel, settings: Partial<ModelSettings> = {}, options: OpenChatModelOptions = {}) {
  const pauses: number[] = [];
  const chat = openChatModel(settingsOf(model, settings), { pause: async (ms) => void pauses.push(ms), ...options });
  return { chat, pauses };
}

export const ANSWER: ModelRequest["answer"] = {
  name: "write_claims",
  description: "Gives the claims.",
  schema: { type: "object", properties: { claims: { type: "array" } }, required: ["claims"] },
};
export const TOOL: ModelRequest["tools"][number] = {
  name: "read_series",
  description: "Reads a series.",
  input: { type: "object", properties: { metric: { type: "string" } }, required: ["metric"] },
};

export const requestOf = (request: Partial<ModelRequest> = {}): ModelRequest => ({
  task: "explain",
  prompt: { name: "explain", version: 1, sha256: "0" },
  messages: [
    { role: "system", text: "Explain." },
    { role: "user", text: "The findings." },
  ],
  tools: [],
  answer: null,
  maxOutputTokens: null,
  sample: 0,
  ...request,
});
