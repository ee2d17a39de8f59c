import type { Hypothesis } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import { causeCard } from "./catalogue.ts";

/** The question whose answer would separate the first two hypotheses, or refute the only one. @param alarmAlone as `isAlarmAlone`. */
export function nextEvidence(hypotheses: readonly Hypothesis[], incident: Incident, alarmAlone = false): string[] {
  const [first, second] = hypotheses;
  if (!first) return incident.entry === null ? ["which service do people complain of? name it as the entry"] : [`errors and latency of ${incident.entry} over the last day`];
  if (alarmAlone) return [`the logs, metrics or traces of ${first.entity.id}, and of those that it calls, at this time`];
  return second ? [`tell ${name(first)} from ${name(second)}: look for ${second.wouldRefute}`] : [`refute ${name(first)}: look for ${first.wouldRefute}`];
}

const name = ({ entity, cause }: Hypothesis): string => `"${entity.id}: ${causeCard(cause)?.title ?? "cause unknown"}"`;
