import type { Evidence, Finding } from "../domain/finding.ts";
import { times } from "../domain/phrasing.ts";
import { isoTime, utcClock } from "../domain/time.ts";
import type { FlowChange } from "./flow-change.ts";
import type { EventTable, Exemplar } from "./event-table.ts";
import type { LogInput } from "./log-input.ts";
import type { Mentions } from "./mentions.ts";
import { SEVERITY_WEIGHT, severityOf } from "./lines/severity.ts";
import type { Statement } from "./statements.ts";
import type { TemplateShift } from "./template-shift.ts";
import { END, START } from "./transitions.ts";

const MAX_STRENGTH = 1e4;
/** Weight of a new mix of known next events, relative to an unknown next event. */
const MIX_WEIGHT = 0.1;
const FIRST_EVENT_WEIGHT = 0.5;
const MAX_TEMPLATE_CHARS = 400;
const MAX_QUOTED_CHARS = 120;

const percent = (k: number, n: number): number => (n === 0 ? 0 : Math.round((1000 * k) / n) / 10);
/** Cuts a text, but never inside a wildcard: a search would take the rest of it literally. */
const cut = (text: string, chars: number): string =>
  text.length <= chars ? text : `${text.slice(0, chars - 1).replace(/<\*?$/, "")}…`;

/** Above this, strength grows logarithmically, so that the findings of a busy system still differ below the cap. */
const COMPRESS_FROM = 1000;
const compressed = (strength: number): number =>
  strength <= COMPRESS_FROM ? strength : COMPRESS_FROM * (1 + Math.log(strength / COMPRESS_FROM));

const changedRate = (service: string, quoted: string, count: number, expected: number): string =>
  count === 0
    ? `${service} no longer logs ${quoted}: expected ${expected} times`
    : `${service} logs ${quoted} ${times(count)}: expected ${expected}`;

type Parts = {
  table: EventTable;
  statements: readonly Statement[];
  mentions: Mentions;
  input: Pick<LogInput, "connector" | "query" | "incident">;
};

/** Turns statistical changes into findings, with text, numbers and evidence. */
export class FindingWriter {
  private readonly parts: Parts;
  private readonly servicesOfTemplate = new Map<number, Set<number>>();

  constructor(parts: Parts) {
    this.parts = parts;
    const { table } = parts;
    for (const [event, template] of table.eventTemplate.entries()) {
      const services = this.servicesOfTemplate.get(template) ?? new Set<number>();
      this.servicesOfTemplate.set(template, services.add(table.eventService[event] as number));
    }
  }

  /** `isHabit`: the service logs odd errors all the time, and no more of them now. See `errorHabit`. */
  ofShift(shift: TemplateShift, isHabit = false): Finding {
    const { table, statements, mentions } = this.parts;
    const template = table.eventTemplate[shift.event] as number;
    const serviceId = table.eventService[shift.event] as number;
    const service = table.services.textOf(serviceId);
    const { text: fullText, level } = statements[template] as Statement;
    const text = cut(fullText, MAX_TEMPLATE_CHARS);
    const severity = severityOf(level, text);
    const exemplar =
      (shift.kind === "new" ? table.firstOwn : table.lastOwn)[shift.event] ?? table.firstShared[shift.event];
    const onsetMs = shift.kind === "new" ? (exemplar?.atMs ?? null) : table.msOf(Math.round(shift.splitNs));
    const expected = Math.round(shift.expected * 10) / 10;
    const quoted = `"${cut(text, MAX_QUOTED_CHARS)}"`;
    const since = utcClock(onsetMs ?? 0);
    const summary = {
      new:
        shift.quietNs === 0
          ? `${service} logs ${quoted} ${times(shift.after)} since ${since}: no quiet time to compare with`
          : `${service} logs ${quoted} for the first time: ${times(shift.after)} since ${since}`,
      vanished: changedRate(service, quoted, shift.after, expected),
      bursting: changedRate(service, quoted, shift.after, expected),
    }[shift.kind];
    const strength = Math.sqrt(shift.g2) * SEVERITY_WEIGHT[severity] * this.rarity(template);
    return {
      signal: "log",
      kind: `log.${shift.kind}-template`,
      entity: { id: service, kind: "service" },
      strength: Math.min(MAX_STRENGTH, strength),
      onsetMs,
      peer: mentions.find(text, service) ?? (exemplar ? mentions.find(exemplar.text, service) : null),
      summary,
      evidence: this.evidence(exemplar, text, {
        service,
        severity,
        level,
        countBefore: shift.before,
        countAfter: shift.after,
        expected,
        quiet_seconds: Math.round(shift.quietNs / 1e9),
        ...(shift.rare ? { rare: "yes" } : {}),
        ...(exemplar !== undefined && table.isBare(exemplar, serviceId) ? { header: "none" } : {}),
        ...(isHabit ? { usual_error_rate: "yes" } : {}),
        g2: Math.round(shift.g2 * 10) / 10,
        firstSeen: onsetMs === null ? null : isoTime(onsetMs),
      }),
    };
  }

  ofFlow(flow: FlowChange): Finding {
    const { table, mentions } = this.parts;
    const service = table.services.textOf(flow.service);
    const from = this.nameOf(flow.from);
    const lost = this.nameOf(flow.lost);
    const gained = this.nameOf(flow.gained);
    const shareBefore = percent(flow.lostBefore, flow.before);
    const shareAfter = percent(flow.lostAfter, flow.after);
    const gainedBefore = percent(flow.gainedBefore, flow.before);
    const gainedAfter = percent(flow.gainedAfter, flow.after);
    const quote = (text: string) => cut(text, MAX_QUOTED_CHARS);
    const shown = (event: number) => (event === END ? "nothing" : `"${quote(this.nameOf(event))}"`);
    const exemplar = table.lastOwn[flow.from] ?? table.firstOwn[flow.lost] ?? table.firstShared[flow.lost];
    const onsetMs = table.msOf(Math.round(flow.splitNs));
    const texts = [flow.from, flow.lost, flow.gained].filter((event) => event >= 0).map((event) => this.nameOf(event));
    return {
      signal: "log",
      kind: "log.event-flow",
      entity: { id: service, kind: "service" },
      strength: Math.min(MAX_STRENGTH, this.flowStrength(flow)),
      onsetMs,
      peer: texts.map((text) => mentions.find(text, service)).find((peer) => peer !== null) ?? null,
      summary:
        `${service}: ${flow.from === START ? "" : `after "${quote(from)}", `}${shown(flow.lost)} ` +
        `${flow.from === START ? "comes first" : "follows"} in ${shareAfter} % of cases (${shareBefore} % before), ` +
        `and ${shown(flow.gained)} in ${gainedAfter} % (${gainedBefore} % before)`,
      evidence: this.evidence(exemplar, `${cut(from, MAX_TEMPLATE_CHARS)} → ${cut(lost, MAX_TEMPLATE_CHARS)}`, {
        service,
        from: quote(from),
        lost: quote(lost),
        gained: quote(gained),
        shareBefore,
        shareAfter,
        gainedBefore,
        gainedAfter,
        countBefore: flow.before,
        countAfter: flow.after,
        firstSurprises: flow.firstSurprises,
        g2: Math.round(flow.g2 * 10) / 10,
        firstSeen: isoTime(onsetMs),
      }),
    };
  }

  private flowStrength(flow: FlowChange): number {
    // The callers decide which event comes first. What follows it is up to the service itself.
    const own = flow.from === START ? FIRST_EVENT_WEIGHT : 1;
    return compressed(own * Math.sqrt(flow.g2) * (flow.novelty + MIX_WEIGHT * flow.shift) * (1 + flow.firstSurprises));
  }

  /** A template that few services write says more than one that all services write. */
  private rarity(template: number): number {
    return Math.log(1 + this.parts.table.services.size / (this.servicesOfTemplate.get(template)?.size ?? 1));
  }

  private nameOf(event: number): string {
    if (event === START) return "(start)";
    if (event === END) return "(end)";
    return this.parts.statements[this.parts.table.eventTemplate[event] as number]?.text ?? "";
  }

  private evidence(exemplar: Exemplar | undefined, template: string, facts: Evidence["facts"]): Evidence {
    const { connector, query, incident } = this.parts.input;
    return {
      connector,
      query: exemplar === undefined ? query : `${query} ${exemplar.reference}`,
      window: incident.window,
      facts,
      template,
      ...(exemplar === undefined ? {} : { exemplar: exemplar.text }),
    };
  }
}
