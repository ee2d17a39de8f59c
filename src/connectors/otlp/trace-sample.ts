import type { Span } from "../../domain/telemetry.ts";

/** Keeps spans up to a number. */
export type TraceSample = {
  add(span: Span): void;
  /** The share of traces that was kept: 1, 1/2, 1/4 and so on. */
  readonly share: number;
  done(): Span[];
};

/**
 * Keeps at most `maxSpans` spans, as whole traces: whenever there are more, every second trace goes. Which one goes
 * depends on the trace's id alone, so the sample is fair, and the same in every run.
 */
export function traceSample(maxSpans: number): TraceSample {
  let spans: Span[] = [];
  let level = 0;
  const isKept = ({ traceId }: Span): boolean => (hashOf(traceId) & ((1 << level) - 1)) === 0;
  return {
    add(span) {
      if (!isKept(span)) return;
      spans.push(span);
      while (spans.length > maxSpans && level < 30) {
        level += 1;
        spans = spans.filter(isKept);
      }
    },
    get share() {
      return 2 ** -level;
    },
    done: () => spans,
  };
}

/** FNV-1a, mixed once more: ids that a person made up differ in their last digits only. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
