import { z } from "zod";
import { MODEL_TASKS, type ModelTask } from "../domain/chat-model.ts";
import { IncidentError } from "../domain/errors.ts";
import { type Env, set } from "./env.ts";
import { MODEL_KEYS, type ModelConfig, modelOf, readModel, type ModelFile } from "./model.ts";
import { priceOf } from "./model-price.ts";
import { nearestName } from "../domain/nearest-name.ts";

/** How reports and the ledger name a model. */
const ModelName = z.string().regex(/^[\w][\w.:/-]{0,63}$/, "a name has at most 64 letters, digits and . : / _ -");
const NamedModelFile = z.strictObject({ ...MODEL_KEYS, model: z.string().min(1).optional() });
/** The models by name, the cheapest first. */
export const ModelsFile = z.record(ModelName, NamedModelFile);

/** `routes`: names of models for a task, the cheapest first. `votes`: samples of a model whose answer code doubts. */
export type ModelPlan = {
  models: readonly ModelConfig[];
  routes: Readonly<Record<ModelTask, readonly string[]>>;
  votes: number;
};

type File = { model?: z.infer<typeof ModelFile> | undefined; models?: z.infer<typeof ModelsFile> | undefined };

/**
 * The models and what each is for. OPENAI_MODEL chooses one of `models` for everything, or a model outside of them.
 *
 * @throws {IncidentError} CONFIG for a route that names no model.
 */
export function readModelPlan(env: Env, file: File): ModelPlan {
  const models = chosen(env, file);
  const names = models.map(({ name }) => name);
  const only = set(env.OPENAI_MODEL) !== undefined || file.models === undefined;
  const known = new Set(Object.keys(file.models ?? {}));
  const routeOf = (task: ModelTask): readonly string[] => {
    const given = file.model?.routes?.[task];
    if (given === undefined) return names;
    const route = [given].flat();
    const unknown = file.models === undefined ? undefined : route.find((name) => !known.has(name));
    if (unknown !== undefined) throw noSuchModel(task, unknown, [...known]);
    return only && route.length > 0 ? names : route;
  };
  const routes = Object.fromEntries(MODEL_TASKS.map((task) => [task, routeOf(task)]));
  return { models, routes: routes as ModelPlan["routes"], votes: file.model?.vote?.k ?? 1 };
}

function chosen(env: Env, { model, models = {} }: File): readonly ModelConfig[] {
  const one = readModel(env, model);
  const named = Object.entries(models).map(([name, { price, ...given }]) =>
    modelOf(name, { ...given, ...(price === undefined ? {} : { price: priceOf(price) }) }, one),
  );
  if (named.length === 0) return one === null ? [] : [one];
  const only = set(env.OPENAI_MODEL);
  if (only === undefined) return named;
  const match = named.find(({ name }) => name === only);
  return match !== undefined ? [match] : one === null ? named : [one];
}

function noSuchModel(task: ModelTask, name: string, known: readonly string[]): IncidentError {
  const near = nearestName(name, known);
  return new IncidentError("CONFIG", `model.routes.${task} names the model ${name}, which models does not hold`, {
    hint: near === undefined ? `There are: ${known.join(", ")}.` : `Did you mean ${near}?`,
  });
}
