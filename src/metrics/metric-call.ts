/** The two ends of a call that a metric such as `Latency:a->b` measures; null for a metric about one entity. */
export function metricCall(metric: string): { caller: string; callee: string } | null {
  const [, caller, callee] = /:(.+?)(?:->|→)(.+)$/.exec(metric) ?? [];
  return caller && callee ? { caller: caller.trim(), callee: callee.trim() } : null;
}
