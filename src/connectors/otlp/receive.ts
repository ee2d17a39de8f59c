import { IncidentError } from "../../domain/errors.ts";
import type { OtlpBlock, OtlpReceiver, OtlpStore } from "../../domain/otlp.ts";
import { otlpAnswers } from "./answers.ts";
import type { ExportReader } from "./read-export.ts";
import { otlpSchema } from "./schema.ts";

/** Stores what export requests hold. `read`: reads a request, elsewhere than in the thread that answers requests. */
export function otlpReceiver(
  store: Pick<OtlpStore, "add">,
  { read, close }: { read: ExportReader; close: () => Promise<void> },
): OtlpReceiver {
  const answers = once(() => otlpAnswers(otlpSchema()));
  return {
    async receive(request) {
      const { block, result } = await read(request);
      if (block !== null) await stored(store, block);
      return result;
    },
    answer: async (result, { signal, isJson }) => answers().result(result, signal, isJson),
    refusal: async ({ message, status }, { isJson }) => answers().status({ message, status }, isJson),
    close,
  };
}

/** Whatever is wrong with the store: the sender did nothing wrong, and may try again. */
async function stored(store: Pick<OtlpStore, "add">, block: OtlpBlock): Promise<void> {
  try {
    await store.add(block);
  } catch (cause) {
    if (!(cause instanceof IncidentError)) throw cause;
    const { message, hint, retryAfterMs } = cause;
    throw new IncidentError("UNAVAILABLE", `the records are not stored: ${message}`, { hint, cause, retryAfterMs });
  }
}

/** The messages are compiled with the first request. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
