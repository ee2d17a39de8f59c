import { setTimeout as delay } from "node:timers/promises";
import type { ChatModel, ModelReply, ModelRequest } from "../../domain/chat-model.ts";
import { ContextOverflow } from "../../domain/context-overflow.ts";
import { IncidentError, isUnavailable } from "../../domain/errors.ts";
import type { ProxySettings } from "../http/proxy.ts";
import { completionsClient } from "./completions-client.ts";
import { charactersOf, overflowOf, tokensOf } from "./context-length.ts";
import { failureOf, isTimeout, type ModelServer, reasonOf, serverName, statusOf, waitOf } from "./failure.ts";
import { type LearnedForms, learnedOf } from "./learned-forms.ts";
import { type ModelSettings, settingNames } from "./model-settings.ts";
import { type ReadCompletion, readCompletion } from "./read-completion.ts";
import { replyOf } from "./reply.ts";
import { partsOf, requestBody } from "./request-body.ts";
import { nextForm, type RequestForm } from "./request-form.ts";
import { requestTimers } from "./request-timers.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** A measured token is a little shorter, so that a longer request still fits. */
const MARGIN = 0.9;
/** A shorter request measures the server's own template rather than its tokens. */
const LEAST_MEASURED = 2000;

/** Azure refuses a prompt by its content filter. */
const isFiltered = (status: number | null, reason: string): boolean =>
  status === 400 && /content_filter|ResponsibleAIPolicyViolation|content management policy/i.test(reason);
const FILTERED: ReadCompletion = {
  content: "",
  calls: [],
  use: null,
  model: null,
  finish: "filtered",
  firstTokenAtMs: null,
};

export type OpenChatModelOptions = {
  proxy?: ProxySettings | null | undefined;
  /** What the process has learned of its models. Shared by everything that opens one; absent: of this model alone. */
  learned?: LearnedForms;
  /** For all waits between the retries of one request; absent: `timeoutMs`. */
  maxWaitMs?: number;
  /** Waits before a retry; absent: by the clock. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Milliseconds, for durations. */
  now?: () => number;
};

const byTheClock = (ms: number, signal: AbortSignal): Promise<unknown> => delay(ms, undefined, { signal });

/**
 * A model behind any server with OpenAI's API. It streams, and takes the form of request that the server supports: a
 * server that refuses a part of the API is not sent that part again. It retries 429, 5xx and lost connections, after
 * the time that the server names. It prints nothing, and nothing in it retries a second time.
 *
 * @throws {IncidentError} CONFIG for an address that is not a URL. `complete` throws as ChatModel says, and
 *   ContextOverflow for a request that is too long; before sending it if the context is known.
 */
export function openChatModel(
  settings: ModelSettings,
  {
    proxy,
    learned = new Map(),
    maxWaitMs = settings.timeoutMs,
    pause = byTheClock,
    now = () => performance.now(),
  }: OpenChatModelOptions = {},
): ChatModel {
  const { name, model, apiKey, timeoutMs, idleTimeoutMs, maxRetries } = settings;
  const server: ModelServer = {
    name: serverName(settings.baseUrl),
    model,
    apiKey: apiKey ?? undefined,
    secrets: Object.values(settings.headers),
    timeoutMs,
    idleTimeoutMs,
    place: settings.place,
  };
  const at = `the model ${model} at ${server.name}`;
  const client = completionsClient(settings, { proxy, at, setting: settingNames(settings.place).address });
  const known = learnedOf(learned, server.name, settings);

  /** One HTTP request in one form. */
  async function send(request: ModelRequest, form: RequestForm, signal: AbortSignal, onPart: () => void) {
    const startedMs = now();
    const body = requestBody(request, settings, form);
    const events = form.stream
      ? await client.completionWithRetry(
          { ...body, stream: true, ...(form.streamUsage ? { stream_options: { include_usage: true } } : {}) },
          { signal },
        )
      : [await client.wholeCompletion(body, { signal })];
    const read = await readCompletion(events, { now, onPart });
    signal.throwIfAborted(); // the SDK ends a stream that was aborted as if it were whole
    if (read === null) throw new SyntaxError("no event is a completion");
    const firstTokenMs = form.stream && read.firstTokenAtMs !== null ? read.firstTokenAtMs - startedMs : null;
    return { read, firstTokenMs };
  }

  /** Tries forms until the server accepts one, and remembers it. */
  async function inAnyForm(request: ModelRequest, signal: AbortSignal, onPart: () => void) {
    let form = known.form;
    for (;;) {
      try {
        const sent = await send(request, form, signal, onPart);
        known.form = form;
        return { ...sent, form };
      } catch (error) {
        const [status, reason] = [statusOf(error), reasonOf(error)];
        if (isFiltered(status, reason)) return { read: FILTERED, firstTokenMs: null, form };
        const overflow = overflowOf(status, reason);
        if (overflow !== null) {
          known.contextTokens ??= overflow.contextTokens;
          throw new ContextOverflow(at, { ...overflow, contextTokens: overflow.contextTokens ?? known.contextTokens });
        }
        const next = status === null ? null : nextForm(form, partsOf(request, settings), { status, reason });
        if (next === null) throw error;
        form = next;
      }
    }
  }

  /** Refuses a request that cannot fit, so that nothing is paid for it. */
  function checkLength(request: ModelRequest): void {
    const { contextTokens, charactersPerToken } = known;
    const requestTokens = tokensOf(request, charactersPerToken);
    if (contextTokens !== null && requestTokens > contextTokens)
      throw new ContextOverflow(at, { contextTokens, requestTokens });
  }

  function measure(request: ModelRequest, reply: ModelReply): void {
    const characters = charactersOf(request);
    if (reply.use === null || reply.use.inputTokens === 0 || characters < LEAST_MEASURED) return;
    known.charactersPerToken = Math.min(8, Math.max(1, (characters / reply.use.inputTokens) * MARGIN));
  }

  return {
    name,
    server: server.name,
    get contextTokens() {
      return known.contextTokens;
    },
    async complete(request, caller) {
      caller?.throwIfAborted();
      checkLength(request);
      const startedMs = now();
      let waitedMs = 0;
      for (let tried = 0; ; tried += 1) {
        const timers = requestTimers({ timeoutMs, idleTimeoutMs, caller });
        let failure: IncidentError;
        let waitMs: number;
        try {
          const { read, firstTokenMs, form } = await inAnyForm(request, timers.signal, timers.onPart);
          const reply = replyOf(read, { request, form, secrets: secretsOf(settings), model });
          const whole = { ...reply, firstTokenMs, totalMs: now() - startedMs, cached: false };
          measure(request, whole);
          return whole;
        } catch (error) {
          caller?.throwIfAborted(); // our caller gave up: not the server's fault
          failure = error instanceof IncidentError ? error : failureOf(error, server, timers.overdue());
          waitMs = waitOf(error) ?? FIRST_PAUSE_MS * 2 ** tried;
          const mayPass = isUnavailable(failure) && timers.overdue() === null && !isTimeout(error);
          // a longer wait would only delay the report
          const hasTime = waitMs <= LONGEST_PAUSE_MS && waitedMs + waitMs <= maxWaitMs;
          if (!mayPass || tried >= maxRetries || !hasTime) throw failure;
        } finally {
          timers.stop();
        }
        waitedMs += waitMs;
        await pause(waitMs, caller ?? new AbortController().signal);
        caller?.throwIfAborted();
      }
    },
  };
}

const secretsOf = ({ apiKey, headers }: ModelSettings): string[] => [
  ...(apiKey === null ? [] : [apiKey]),
  ...Object.values(headers),
];
