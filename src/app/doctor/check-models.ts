import type { Config, ModelConfig } from "../../config.ts";
import { costOf } from "../../domain/model-price.ts";
import { type ModelProbe, PROBED, type ProbedCapability } from "../../domain/model-probe.ts";
import { type Check, check, type CheckResult } from "./check.ts";
import type { ServerPorts } from "./check-servers.ts";

/** `probeModel`: null if nothing that costs money may be sent. */
export type ModelPorts = {
  probeModel: ((model: ModelConfig, signal: AbortSignal) => Promise<ModelProbe>) | null;
};

const PATIENCE_MS = 5_000;

/** One check for each configured model: whether its server answers, and what it can do. */
export function checkModels(
  ports: ModelPorts & Pick<ServerPorts, "probe">,
  { modelPlan: { models } }: Pick<Config, "modelPlan">,
  signal: AbortSignal,
): Promise<Check>[] {
  if (models.length === 0)
    return [
      check("model", async () => ({ state: "ok", detail: "not configured; reports are written without a model" })),
    ];
  return models.map((model) =>
    check(model.place === undefined ? "model" : `model ${model.name}`, async () => {
      const reached = await reach(ports, model, signal);
      if (reached.state === "broken" || ports.probeModel === null) return reached;
      const able = abilities(model, await ports.probeModel(model, signal));
      return { ...able, detail: `${reached.detail}; ${able.detail}` };
    }),
  );
}

/** Only whether the server answers and accepts the key. It costs nothing. */
async function reach(
  { probe }: Pick<ServerPorts, "probe">,
  { name, baseUrl, apiKey, headers = {}, azure, place }: ModelConfig,
  signal: AbortSignal,
): Promise<CheckResult> {
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/models`;
  const bearer = azure === undefined ? { authorization: `Bearer ${apiKey}` } : { "api-key": `${apiKey}` };
  const status = await probe({
    url: url.href,
    label: "The model's server",
    setting: place === undefined ? "OPENAI_BASE_URL" : `${place}.baseUrl`,
    timeoutMs: PATIENCE_MS,
    headers: { ...(apiKey === null ? {} : bearer), ...headers },
    signal,
  });
  const isRefused = status === 401 || status === 403;
  const key = place === undefined ? "OPENAI_API_KEY" : `${place}.apiKey`;
  return {
    state: isRefused ? "broken" : "ok",
    detail:
      `${name} at ${url.origin}${url.pathname}: HTTP ${status}` +
      (isRefused ? `, the server refuses the key; check ${key}` : ""),
  };
}

/** What a model can do, and what Causeway does without the rest. */
export function abilities(model: ModelConfig, probe: ModelProbe): CheckResult {
  const { chat } = probe.parts;
  if (chat?.works !== true) return { state: "broken", detail: chat?.why ?? "no answer" };
  const context = contextOf(model, probe);
  const lacksForms = !(["tools", "schema", "json"] as const).some((name) => probe.parts[name]?.works);
  return {
    state: context.isNoted || lacksForms ? "warning" : "ok",
    detail: [
      `version ${probe.version ?? "unknown"}`,
      ...PROBED.map((name) => partOf(name, probe)),
      fallbackOf(probe),
      context.detail,
      costText(model, probe),
    ]
      .filter((text) => text !== "")
      .join("; "),
  };
}

function partOf(name: ProbedCapability, { parts, firstTokenMs }: ModelProbe): string {
  const part = parts[name];
  if (part === undefined) return `${name}: off in the configuration`;
  if (!part.works) return `${name}: no, ${part.why}`;
  return name === "stream" && firstTokenMs !== null
    ? `stream: first part after ${firstTokenMs.toFixed(0)} ms`
    : `${name}: yes`;
}

/** What an answer in a form is requested as. A server that takes tools but breaks them needs the configured word. */
function fallbackOf({ parts: { tools, schema, json } }: ModelProbe): string {
  if (tools?.works) return "";
  const isBroken = tools !== undefined && tools.why?.startsWith("the server takes it") === true;
  const instead = schema?.works
    ? "JSON by schema"
    : json?.works
      ? "any JSON, with the schema in the prompt"
      : "plain text";
  return `answers and tools go through ${instead}` + (isBroken ? " if you set capabilities.tools to false" : "");
}

function contextOf({ contextTokens }: ModelConfig, probe: ModelProbe): { detail: string; isNoted: boolean } {
  const served = probe.contextTokens;
  if (contextTokens !== undefined && served !== null && contextTokens > served)
    return { detail: `context: ${contextTokens} tokens are configured, and the server has ${served}`, isNoted: true };
  if (contextTokens !== undefined) return { detail: `context: ${contextTokens} tokens`, isNoted: false };
  return {
    detail: served === null ? "context: unknown, set contextTokens" : `context: ${served} tokens, by the server`,
    isNoted: false,
  };
}

function costText({ price }: ModelConfig, { requests, inputTokens, outputTokens }: ModelProbe): string {
  if (inputTokens === null || outputTokens === null) return `${requests} requests; the server counts no tokens`;
  const usd = costOf({ inputTokens, outputTokens }, price ?? null);
  const cost = usd === null ? "cost unknown" : `$${usd.toFixed(6)}`;
  return `${requests} requests, ${inputTokens + outputTokens} tokens, ${cost}`;
}
