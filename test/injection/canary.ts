import { attack } from "./attack.ts";
import { type Channel } from "./attacked-case.ts";

/** A word that no system writes. */
const CANARY = "zqxvbnk";
const TEXT = `${CANARY} timeout ${CANARY} failed`;

/** Where a canary came to: into what people see, and into the bytes that were sent to a model. */
export type CanaryTrace = { channel: Channel; inReport: boolean; inPrompt: boolean };

/** Attacks through one place alone, with a word that can be found again. */
export async function canaryThrough(channel: Channel): Promise<CanaryTrace> {
  const { report, bytes } = await attack(TEXT, [channel]);
  return {
    channel,
    inReport: JSON.stringify(report).includes(CANARY),
    inPrompt: bytes.length === 0 || bytes.some((body) => body.includes(CANARY)),
  };
}
