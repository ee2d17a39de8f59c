import { IncidentError } from "../../domain/errors.ts";
import { type EmbeddingModel, modelId } from "../../domain/memory.ts";

/** @throws {IncidentError} BAD_INPUT where `vector` cannot be one of the model. */
export function checkVector(vector: Float32Array, model: EmbeddingModel): void {
  if (vector.length !== model.dimension) {
    throw new IncidentError(
      "BAD_INPUT",
      `a vector of ${vector.length} numbers was given to a memory of ${modelId(model)}`,
      {
        hint: `It takes ${model.dimension}: does the embedding server serve the configured model?`,
      },
    );
  }
  if (vector.every(Number.isFinite)) return;
  throw new IncidentError("BAD_INPUT", `a vector for a memory of ${modelId(model)} holds numbers that are not finite`, {
    hint: "Look at what the embedding server answers.",
  });
}

/** The memory was filled by another model: its vectors say nothing to this one. */
export const otherModel = (store: string, held: string, model: EmbeddingModel): IncidentError =>
  new IncidentError("CONFIG", `the memory in ${store} holds vectors of ${held}, not of ${modelId(model)}`, {
    hint: "`causeway memory reembed` makes them anew; or configure the embedding model that it was filled with.",
  });
