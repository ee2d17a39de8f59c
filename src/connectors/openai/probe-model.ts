import { z } from "zod";
import type { ModelReply, ModelRequest } from "../../domain/chat-model.ts";
import { messageOf } from "../../domain/errors.ts";
import type { ModelProbe, ProbedCapability, ProbedPart } from "../../domain/model-probe.ts";
import { openHttpDoor } from "../http.ts";
import type { ProxySettings } from "../http/proxy.ts";
import type { LearnedForms } from "./learned-forms.ts";
import { type ModelSettings, settingNames } from "./model-settings.ts";
import { openChatModel } from "./open-chat-model.ts";
import type { RequestForm } from "./request-form.ts";

/** Enough for a model that thinks first. */
const MAX_OUTPUT_TOKENS = 400;
const LIST_TIMEOUT_MS = 5_000;

const ANSWER: NonNullable<ModelRequest["answer"]> = {
  name: "report_status",
  description: "Reports the status.",
  schema: { type: "object", properties: { status: { type: "string", enum: ["ready"] } }, required: ["status"] },
};
const Status = z.object({ status: z.string() });

/** The capabilities that the configuration grants in each attempt, and the form that shows whether it was used. */
const ATTEMPTS: Record<
  ProbedCapability,
  { grants: ModelSettings["capabilities"]; answer: boolean; used: (form: RequestForm) => boolean }
> = {
  chat: { grants: { stream: false, tools: false, schema: false, json: false }, answer: false, used: () => true },
  stream: { grants: { tools: false, schema: false, json: false }, answer: false, used: ({ stream }) => stream },
  tools: { grants: { stream: false }, answer: true, used: ({ tools }) => tools },
  schema: { grants: { stream: false, tools: false }, answer: true, used: ({ format }) => format === "schema" },
  json: {
    grants: { stream: false, tools: false, schema: false },
    answer: true,
    used: ({ format }) => format === "json",
  },
};

/**
 * Tries what a model can do with tiny requests, one after the other. Parts that the configuration rules out are not
 * tried.
 */
export async function probeModel(
  settings: ModelSettings,
  { proxy, signal }: { proxy: ProxySettings | null; signal: AbortSignal },
): Promise<ModelProbe> {
  const probe: ModelProbe = {
    parts: {},
    version: null,
    firstTokenMs: null,
    contextTokens: null,
    requests: 0,
    inputTokens: null,
    outputTokens: null,
  };
  const count = ({ use, model }: ModelReply): void => {
    probe.version = model;
    if (use === null) return;
    probe.inputTokens = (probe.inputTokens ?? 0) + use.inputTokens;
    probe.outputTokens = (probe.outputTokens ?? 0) + use.outputTokens;
  };
  for (const [name, { grants, answer, used }] of Object.entries(ATTEMPTS) as [
    ProbedCapability,
    (typeof ATTEMPTS)["chat"],
  ][]) {
    if (name !== "chat" && settings.capabilities[name] === false) continue;
    const learned: LearnedForms = new Map();
    const tried: ModelSettings = { ...settings, contextTokens: null, maxRetries: 0, capabilities: grants };
    try {
      probe.requests += 1;
      const reply = await openChatModel(tried, { proxy, learned }).complete(requestOf(answer), signal);
      count(reply);
      const [form] = [...learned.values()].map((one) => one.form);
      probe.parts[name] = judged(reply, answer, form !== undefined && used(form));
      if (name === "stream") probe.firstTokenMs = reply.firstTokenMs;
    } catch (error) {
      signal.throwIfAborted();
      probe.parts[name] = { works: false, why: messageOf(error) };
      if (name === "chat") return probe;
    }
  }
  probe.contextTokens = await listedContext(settings, { proxy, signal });
  return probe;
}

const requestOf = (withAnswer: boolean): ModelRequest => ({
  task: "ask",
  prompt: { name: "probe", version: 1, sha256: "" },
  messages: [
    { role: "system", text: "You check that a connection works." },
    { role: "user", text: withAnswer ? "The status is ready. Report it." : "Answer with the word ready." },
  ],
  tools: [],
  answer: withAnswer ? ANSWER : null,
  maxOutputTokens: MAX_OUTPUT_TOKENS,
  sample: 0,
});

function judged({ text }: ModelReply, withAnswer: boolean, isUsed: boolean): ProbedPart {
  if (!isUsed) return { works: false, why: "the server refuses it" };
  if (text === "") return { works: false, why: "the answer is empty" };
  if (!withAnswer || Status.safeParse(jsonOf(text)).success) return { works: true, why: null };
  return { works: false, why: "the server takes it, and the answer does not fit" };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** vLLM, SGLang, OpenRouter, LM Studio, Mistral and llama.cpp name the context in their list of models. */
const Models = z.object({
  data: z.array(
    z.looseObject({
      id: z.string(),
      max_model_len: z.number().optional().catch(undefined),
      context_length: z.number().optional().catch(undefined),
      max_context_length: z.number().optional().catch(undefined),
      meta: z
        .looseObject({ n_ctx: z.number().optional().catch(undefined) })
        .nullish()
        .catch(null),
    }),
  ),
});

async function listedContext(
  { baseUrl, apiKey, headers, model, azure, place }: ModelSettings,
  { proxy, signal }: { proxy: ProxySettings | null; signal: AbortSignal },
): Promise<number | null> {
  if (azure !== null) return null;
  const http = openHttpDoor({
    url: baseUrl,
    label: "The model's server",
    settings: { address: settingNames(place).address },
    headers,
    ...(apiKey === null ? {} : { auth: { kind: "bearer", token: apiKey } }),
    proxy,
    timeouts: { totalMs: LIST_TIMEOUT_MS },
  });
  try {
    const { data } = await http.json({ path: "/models", signal }, Models);
    const listed = data.find(({ id }) => id === model);
    return listed?.max_model_len ?? listed?.context_length ?? listed?.max_context_length ?? listed?.meta?.n_ctx ?? null;
  } catch {
    signal.throwIfAborted();
    return null; // many servers have no list
  } finally {
    await http.close();
  }
}
