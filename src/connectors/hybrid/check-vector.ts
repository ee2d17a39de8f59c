import { IncidentError } from "../../domain/errors.ts";
import { type EmbeddingModel, modelId } from "../../domain/memory.ts";

/** @throws {IncidentError} BAD_INPUT when `vector` cannot come from the model. */
export function checkVector(vector: Float32Array, model: EmbeddingModel): void {
  if (vector.length !== model.dimension) {
    throw new IncidentError(
      "BAD_INPUT",
      `the vector has ${vector.length} numbers, but the memory of ${modelId(model)} takes ${model.dimension}`,
      {
        hint: "Check that the embedding server serves the configured model.",
      },
    );
  }
  if (vector.every(Number.isFinite)) return;
  throw new IncidentError(
    "BAD_INPUT",
    `the vector for the memory of ${modelId(model)} has numbers that are not finite`,
    {
      hint: "Check the answers of the embedding server.",
    },
  );
}

/** The memory holds vectors of another model, which cannot be compared with this model's. */
export const otherModel = (store: string, held: string, model: EmbeddingModel): IncidentError =>
  new IncidentError("CONFIG", `the memory in ${store} holds vectors of ${held}, not of ${modelId(model)}`, {
    hint: "Run `causeway memory reembed`, or configure the embedding model that the memory was filled with.",
  });
