import type { OtlpSignal, OtlpStore, StoredOtlpBlock } from "../../domain/otlp.ts";
import { span } from "../../domain/phrasing.ts";
import type { SourceHealth } from "../../domain/ports.ts";

/** Records that are newer than this show that the sender is at work. */
const FRESH_MS = 10 * 60_000;
/** Senders collect records for some seconds before they send them. */
const USUAL_DELAY_MS = 5 * 60_000;
/** Blocks that show what arrives now. */
const LATEST = 20;
const NAMED = 5;
const NOUNS = { log: "log records", metric: "metric points", trace: "spans" } as const satisfies Record<
  OtlpSignal,
  string
>;

/** What arrived, from whom, and how old the newest is. */
export async function checkStored(store: OtlpStore, signal: OtlpSignal, nowMs: number): Promise<SourceHealth> {
  const blocks = await store.list(signal, null);
  const latest = blocks.toSorted((a, b) => b.receivedAtMs - a.receivedAtMs).slice(0, LATEST);
  const newestMs = blocks.reduce<number | null>((max, { range }) => Math.max(max ?? range.endMs, range.endMs), null);
  const receivedMs = latest[0]?.receivedAtMs ?? null;
  const aheadMs = latest.reduce((max, { range, receivedAtMs }) => Math.max(max, range.endMs - receivedAtMs), 0);
  const behindMs = latest.reduce(
    (min, { range, receivedAtMs }) => Math.min(min, receivedAtMs - range.endMs),
    Number.POSITIVE_INFINITY,
  );
  return {
    hasData: blocks.length > 0,
    sample: blocks.length === 0 ? null : sampleOf(signal, blocks),
    newestMs,
    clockSkewMs: aheadMs > 0 ? aheadMs : null,
    tenant: null,
    advice: [
      receivedMs !== null && nowMs - receivedMs > FRESH_MS
        ? `Nothing arrived for ${span(nowMs - receivedMs)}: does the sender still export to /v1/otlp?`
        : null,
      Number.isFinite(behindMs) && behindMs > USUAL_DELAY_MS
        ? `Records arrive ${span(behindMs)} after they were made: check the sender's clock and its queue`
        : null,
    ].filter((line) => line !== null),
  };
}

function sampleOf(signal: OtlpSignal, blocks: readonly StoredOtlpBlock[]): string {
  const records = blocks.reduce((sum, block) => sum + block.records, 0);
  const names = [...new Set(blocks.flatMap(({ entities }) => entities?.map(([id]) => id) ?? []))].toSorted();
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  const senders = [...new Set(blocks.map(({ sender }) => sender))].toSorted().join(", ");
  return (
    `${records.toLocaleString("en")} ${NOUNS[signal]} of ${names.slice(0, NAMED).join(", ")}${more}` +
    (senders === "" ? "" : `, sent with the key ${senders}`)
  );
}
