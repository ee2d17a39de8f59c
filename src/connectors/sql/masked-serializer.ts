import type { Masker } from "../../domain/redact-values.ts";
import { JsonPlusSerializer, type SerializerProtocol } from "@langchain/langgraph-checkpoint";

/** LangGraph's serializer, which masks texts before they are written. */
export function maskedSerializer({ values }: Masker): SerializerProtocol {
  const plain = new JsonPlusSerializer();
  return {
    dumpsTyped: (data) => plain.dumpsTyped(values(data)),
    loadsTyped: (type, data) => plain.loadsTyped(type, data),
  };
}
