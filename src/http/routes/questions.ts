import { createRoute, z } from "@hono/zod-openapi";
import { AskPlan } from "../../domain/ask-plan.ts";
import { Conversation, Exchange } from "../../domain/conversation.ts";
import { idempotencyKeyOf } from "../idempotency.ts";
import { keyFor } from "../principal.ts";
import { AnalysisPath, IdempotencyHeader, json } from "../parameters.ts";
import { refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";

const QuestionBody = z
  .strictObject({
    question: z.string().min(1).max(2_000).optional().openapi({
      description:
        "A question in words (why not X, could it be X, what changed, since when …), or a plan in its short form.",
      example: "could it be the cache?",
    }),
    plan: AskPlan.extend({}).optional().openapi({ description: "A plan over the incident's telemetry." }),
  })
  .refine(({ question, plan }) => (question === undefined) !== (plan === undefined), "give either question or plan")
  .openapi("Question");
const ExchangeView = Exchange.extend({}).openapi("Exchange");
const ConversationView = Conversation.extend({}).openapi("Conversation");

/** Questions about an analysis. An answer changes no rank and decides nothing. */
export function addQuestionRoutes({ app, service, gate }: Surface): void {
  const ask = createRoute({
    method: "post",
    path: "/v1/analyses/{analysisId}/questions",
    tags: ["analyses"],
    summary: "Ask about an analysis; the answer cites its evidence",
    ...gate.takesJson("analyse", "required"),
    request: {
      params: AnalysisPath,
      headers: IdempotencyHeader,
      body: { required: true, content: { "application/json": { schema: QuestionBody } } },
    },
    responses: {
      200: json(
        ExchangeView,
        "The question with its answer. `refusal` is set if a plan did not fit or no answer is possible.",
      ),
      ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429),
    },
  });
  app.openapi(ask, async (c) => {
    const { question, plan } = c.req.valid("json");
    const { by } = keyFor(c, idempotencyKeyOf(c));
    const exchange = await service.ask(c.req.valid("param").analysisId, {
      question: question ?? null,
      plan: plan ?? null,
      by,
      via: "http",
      signal: c.req.raw.signal,
    });
    return c.json(exchange, 200);
  });

  const list = createRoute({
    method: "get",
    path: "/v1/analyses/{analysisId}/questions",
    tags: ["analyses"],
    summary: "List the questions about an analysis, with their answers",
    ...gate.needs("read"),
    request: { params: AnalysisPath },
    responses: {
      200: json(ConversationView, "The oldest first"),
      ...refusals(401, 403, 404, 422, 429),
    },
  });
  app.openapi(list, async (c) => c.json(await service.conversation(c.req.valid("param").analysisId), 200));
}
