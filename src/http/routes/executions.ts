import { createRoute, z } from "@hono/zod-openapi";
import { EXECUTION_STATES, RunRefusal, ScriptPart } from "../../domain/execution.ts";
import { executionJson } from "../../render/execution-json.ts";
import { ActionPath, IdempotencyHeader, json } from "../parameters.ts";
import { principalOf } from "../principal.ts";
import { refusals } from "../problem.ts";
import type { Surface } from "../surface.ts";
import { OptionalTime, Time } from "../views/times.ts";

const Execute = z
  .strictObject({
    expected: z
      .record(z.string().regex(/^[a-z]+$/), z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/))
      .optional()
      .openapi({ description: "Values that the cluster must show now, such as revision: 41." }),
  })
  .openapi("ExecuteRequest");

const ReadingView = z
  .object({
    state: z.enum(["gone", "not_gone", "worse", "unmeasured"]),
    why: z.string(),
    value: z.number().nullable(),
    quiet: z.number().nullable(),
    incident: z.number().nullable(),
    at: Time,
  })
  .nullable();
const ExecutionView = z
  .object({
    id: z.string(),
    action_id: z.string(),
    analysis_id: z.string(),
    incident_id: z.string(),
    title: z.string(),
    state: z.enum(EXECUTION_STATES),
    by: z.string(),
    executor: z.object({ kind: z.string(), context: z.string().nullable() }),
    script_sha256: z.string(),
    started_at: Time,
    ended_at: OptionalTime,
    changed: z.boolean().nullable().openapi({ description: "Whether it began to change something; null: unknown." }),
    reversible: z.boolean(),
    pinned: z.record(z.string(), z.string()),
    runs: z.array(
      z.object({
        part: ScriptPart,
        started_at: Time,
        ended_at: Time,
        ended: z.enum(["exited", "timed_out", "stopped", "not_started", "lost"]),
        exit_code: z.number().int().nullable(),
        output: z.string(),
        output_bytes: z.number(),
      }),
    ),
    symptom: z.object({ before: ReadingView, after: ReadingView, after_rollback: ReadingView }),
    refusal: RunRefusal.nullable(),
    why: z.string().nullable(),
  })
  .openapi("Execution");

/** Executions of approved actions. A scope of its own: who may approve may not therefore execute. */
export function addExecutionRoutes({ app, service, gate }: Surface): void {
  const start = createRoute({
    method: "post",
    path: "/v1/actions/{actionId}/executions",
    tags: ["actions"],
    summary: "Execute an approved action, once",
    ...gate.takesJson("execute", "optional"),
    request: {
      params: ActionPath,
      headers: IdempotencyHeader,
      body: { required: false, content: { "application/json": { schema: Execute } } },
    },
    responses: {
      202: json(ExecutionView, "It is claimed, and goes on"),
      ...refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429),
    },
  });
  app.openapi(start, async (c) => {
    const { id, name } = principalOf(c);
    const { execution } = await service.execute({
      actionId: c.req.valid("param").actionId,
      by: { surface: "http", id, name },
      expected: c.req.valid("json").expected,
    });
    return c.json(executionJson(execution), 202);
  });

  const show = createRoute({
    method: "get",
    path: "/v1/actions/{actionId}/executions",
    tags: ["actions"],
    summary: "Show the execution of an action",
    ...gate.needs("read"),
    request: { params: ActionPath },
    responses: { 200: json(ExecutionView, "The execution"), ...refusals(400, 401, 403, 404, 429) },
  });
  app.openapi(show, async (c) => c.json(executionJson(await service.getExecution(c.req.valid("param").actionId)), 200));
}
