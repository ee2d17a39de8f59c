import type { ModelRequest } from "../../domain/chat-model.ts";
import type { ModelSettings } from "./model-settings.ts";

/**
 * The parts of the API that a request uses. It starts with all of them; a server that refuses one is not sent it again.
 *
 * - `tools`: native function calling, also for the answer. Without it, tools are described in the prompt.
 * - `toolChoice`: makes the model call a tool. `format`: how JSON is requested without tools.
 * - `limit`: the name of the limit of output tokens.
 * - `systemRole`: false sends rules as part of the first user message, with roles that alternate.
 */
export type RequestForm = {
  stream: boolean;
  streamUsage: boolean;
  tools: boolean;
  toolChoice: boolean;
  format: "schema" | "json" | "text";
  limit: "max_tokens" | "max_completion_tokens" | "none";
  temperature: boolean;
  seed: boolean;
  systemRole: boolean;
};

/** What the configuration knows of the server's capabilities; the best form otherwise. */
export const firstForm = ({ capabilities: { stream, tools, schema, json } }: ModelSettings): RequestForm => ({
  stream: stream ?? true,
  streamUsage: true,
  tools: tools ?? true,
  toolChoice: true,
  format: schema !== false ? "schema" : json !== false ? "json" : "text",
  limit: "max_tokens",
  temperature: true,
  seed: true,
  systemRole: true,
});

/** `sent`: what a request holds beyond its messages. */
export type RequestParts = Pick<ModelRequest, "tools" | "answer" | "maxOutputTokens"> & {
  hasTemperature: boolean;
  hasSeed: boolean;
  hasSystem: boolean;
};

type Step = {
  /** The words of servers that refuse this part. */
  named: RegExp;
  isUsed: (form: RequestForm, parts: RequestParts) => boolean;
  without: (form: RequestForm) => Partial<RequestForm>;
};

const needsTools = ({ tools, answer }: RequestParts): boolean => tools.length > 0 || answer !== null;

/** Parts that servers refuse by name. The order matters: `tool_choice` also names a tool. */
const STEPS: readonly Step[] = [
  {
    named: /stream_options|include_usage/i,
    isUsed: (form) => form.stream && form.streamUsage,
    without: () => ({ streamUsage: false }),
  },
  {
    named: /max_(?:completion_)?tokens/i,
    isUsed: (form, parts) => form.limit !== "none" && parts.maxOutputTokens !== null,
    without: ({ limit }) => ({ limit: limit === "max_tokens" ? "max_completion_tokens" : "none" }),
  },
  {
    named: /temperature/i,
    isUsed: (form, parts) => form.temperature && parts.hasTemperature,
    without: () => ({ temperature: false }),
  },
  { named: /\bseed\b/i, isUsed: (form, parts) => form.seed && parts.hasSeed, without: () => ({ seed: false }) },
  {
    named: /system.{0,20}\brole|role.{0,20}\bsystem|roles must alternate/i,
    isUsed: (form, parts) => form.systemRole && parts.hasSystem,
    without: () => ({ systemRole: false }),
  },
  {
    named: /tool[_ ]?choice/i,
    isUsed: (form, parts) => form.tools && form.toolChoice && parts.answer !== null,
    without: () => ({ toolChoice: false }),
  },
  {
    named: /\btools?\b|tool_|\bfunctions?\b|function_call/i,
    isUsed: (form, parts) => form.tools && needsTools(parts),
    without: () => ({ tools: false }),
  },
  {
    named: /response_format|json|schema|grammar|guided/i,
    isUsed: (form, parts) => !form.tools && form.format !== "text" && needsTools(parts),
    without: ({ format }) => ({ format: format === "schema" ? "json" : "text" }),
  },
  { named: /stream/i, isUsed: (form) => form.stream, without: () => ({ stream: false }) },
];

/** Parts that a server without a word about them refuses most often. */
const UNNAMED = STEPS.slice(6);

const FORM_REFUSED = new Set([400, 415, 422, 501]);
/** With other statuses, only a clear sentence says that a part is not supported. */
const OTHERWISE_REFUSED = new Set([404, 405, 500]);
const NOT_SUPPORTED =
  /support|requires|unknown|unrecogni[sz]ed|not allowed|not permitted|not implemented|extra (?:fields|inputs)/i;

/** The form to try after a refusal; null when no other form may help. */
export function nextForm(
  form: RequestForm,
  parts: RequestParts,
  { status, reason }: { status: number; reason: string },
): RequestForm | null {
  const isForm = FORM_REFUSED.has(status);
  if (!isForm && !(OTHERWISE_REFUSED.has(status) && NOT_SUPPORTED.test(reason))) return null;
  const used = (step: Step): boolean => step.isUsed(form, parts);
  const step = STEPS.find((one) => one.named.test(reason) && used(one)) ?? (isForm ? UNNAMED.find(used) : undefined);
  return step === undefined ? null : { ...form, ...step.without(form) };
}
