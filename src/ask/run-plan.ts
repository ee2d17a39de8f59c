import type { AskTable } from "../domain/ask-answer.ts";
import type { AskCondition, AskPlan } from "../domain/ask-plan.ts";
import { IncidentError } from "../domain/errors.ts";
import type { TimeWindow } from "../domain/time.ts";
import { type AskRecord, type AskSource, type AskValue, TEMPLATE_FIELD, TIME_FIELD } from "./ask-source.ts";
import { type GroupTally, joinTallies, Measurer, newTally, SLOTS } from "./group-tally.ts";
import { type Test, testOf } from "./conditions.ts";
import { roundStep } from "./durations.ts";
import type { FittedPlan } from "./fit-plan.ts";
import { tableOf } from "./table.ts";

/** Groups held while reading. Records of further groups are counted, and reported. */
const MAX_CELLS = 200_000;
/** Groups whose records are also counted by stretch of time. */
const MAX_CELLS_WITH_SLOTS = 5_000;
/** Different trace ids or templates that a join may hold. */
const MAX_JOINED = 500_000;
/** Groups of time, unless the plan says how long each is. */
const STRETCHES = 60;

/**
 * Runs a plan over the records of a source, which it reads once, and once more for a join. Memory grows with the
 * number of groups, not of records; quantiles and `distinct` keep their values.
 *
 * @throws {IncidentError} BAD_INPUT if the plan needs to keep too much.
 */
export async function runPlan(
  source: AskSource,
  fitted: FittedPlan,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<AskTable> {
  const { plan, range, compared, extent } = fitted;
  const joined = plan.join === null ? null : await joinedKeys(source, fitted, signal);
  const tests = testsOf(plan.where);
  const isDeferred = tests.byTemplate.length > 0 || joined?.on === TEMPLATE_FIELD;
  const templates = isDeferred || plan.by.includes(TEMPLATE_FIELD) || plan.measure.field === TEMPLATE_FIELD;
  const window = range ?? extent;
  const bucketMs = plan.bucket_seconds === null ? stepOf(window) : plan.bucket_seconds * 1000;
  const now = new Cells(plan, { bucketMs, slots: window, isDeferred });
  const before = new Cells(plan, { bucketMs, slots: null, isDeferred });
  let count = 0;
  const read = await source.read(plan.select, { templates, signal }, (record) => {
    count += 1;
    const isNow = range === null || inRange(range, record.ms);
    const isBefore = compared !== null && inRange(compared, record.ms);
    if (!isNow && !isBefore) return;
    for (const { field, test } of tests.byRecord) if (!test(valueIn(record, field))) return;
    if (joined?.on === "trace" && joined.keys.has(record.get("trace")) !== joined.isIn) return;
    if (isNow) now.add(record);
    if (isBefore) before.add(record);
  });
  const keepsTemplate = (template: number): boolean => {
    const text = read.templateOf(template);
    if (joined?.on === TEMPLATE_FIELD && joined.keys.has(text) !== joined.isIn) return false;
    return tests.byTemplate.every(({ test }) => test(text));
  };
  const settle = (cells: Cells): Map<string, GroupTally> =>
    cells.settle(isDeferred ? keepsTemplate : () => true, (template) => read.templateOf(template));
  return tableOf({
    plan,
    window,
    compared,
    read: count,
    now: settle(now),
    before: compared === null ? null : settle(before),
    lost: now.lost + before.lost,
    bucketMs,
    templateOf: (template) => read.templateOf(template),
  });
}

const inRange = ({ startMs, endMs }: TimeWindow, ms: number): boolean => ms >= startMs && ms <= endMs;

const stepOf = (window: TimeWindow | null): number =>
  window === null ? 60_000 : roundStep(Math.max(1000, window.endMs - window.startMs), STRETCHES) * 1000;

type FieldTest = { field: string; test: Test };

/** Conditions on templates wait for the end, when their text is known. */
function testsOf(where: readonly AskCondition[]): { byRecord: FieldTest[]; byTemplate: FieldTest[] } {
  const tests = where.map((condition) => ({ field: condition.field, test: testOf(condition) }));
  return {
    byRecord: tests.filter(({ field }) => field !== TEMPLATE_FIELD),
    byTemplate: tests.filter(({ field }) => field === TEMPLATE_FIELD),
  };
}

const valueIn = (record: AskRecord, field: string): AskValue =>
  field === TIME_FIELD ? (Number.isNaN(record.ms) ? null : record.ms) : record.get(field);

type Joined = { on: "trace" | "template"; isIn: boolean; keys: ReadonlySet<AskValue> };

/** The trace ids or templates of the other selection of a join. */
async function joinedKeys(
  source: AskSource,
  { plan, joinRange }: FittedPlan,
  signal: AbortSignal | undefined,
): Promise<Joined | null> {
  const { join } = plan;
  if (join === null) return null;
  const tests = testsOf(join.where);
  const templates = join.on === TEMPLATE_FIELD || tests.byTemplate.length > 0;
  const found = new Map<AskValue, Set<number>>();
  const read = await source.read(join.select, { templates, signal }, (record) => {
    if (joinRange !== null && !inRange(joinRange, record.ms)) return;
    for (const { field, test } of tests.byRecord) if (!test(valueIn(record, field))) return;
    const key = join.on === "trace" ? record.get("trace") : record.template;
    if (key === null) return;
    const seen = found.get(key);
    if (seen !== undefined) return void seen.add(record.template);
    if (found.size >= MAX_JOINED)
      throw new IncidentError("BAD_INPUT", `the join has more than ${MAX_JOINED} different ${join.on}s`, {
        hint: "Narrow the selection inside `of (…)`.",
      });
    found.set(key, new Set([record.template]));
  });
  const kept = [...found].filter(([, seen]) =>
    [...seen].some((template) => tests.byTemplate.every(({ test }) => test(read.templateOf(template)))),
  );
  const keys = kept.map(([key]) => (join.on === TEMPLATE_FIELD ? read.templateOf(Number(key)) : key));
  return { on: join.on, isIn: join.keep === "in", keys: new Set(keys) };
}

/** The groups of one range while records are read. Templates are numbers until `settle`. */
class Cells {
  lost = 0;
  private readonly cells = new Map<string, GroupTally>();
  private readonly measurer: Measurer;
  private readonly plan: AskPlan;
  private readonly bucketMs: number;
  private readonly slots: TimeWindow | null;
  private readonly hasTemplate: boolean;

  constructor(plan: AskPlan, options: { bucketMs: number; slots: TimeWindow | null; isDeferred: boolean }) {
    this.plan = plan;
    this.measurer = new Measurer(plan.measure);
    this.bucketMs = options.bucketMs;
    this.slots = options.slots;
    this.hasTemplate = options.isDeferred || plan.by.includes(TEMPLATE_FIELD);
  }

  add(record: AskRecord): void {
    const group = this.plan.by.map((field) => this.keyOf(record, field));
    const template = this.hasTemplate ? record.template : -1;
    const key = keyText(template, group);
    let cell = this.cells.get(key);
    if (cell === undefined) {
      if (this.cells.size >= MAX_CELLS) {
        this.lost += 1;
        return;
      }
      cell = newTally(template, group, this.slots !== null && this.cells.size < MAX_CELLS_WITH_SLOTS);
      this.cells.set(key, cell);
    }
    this.measurer.add(cell, record, this.slotOf(record.ms));
  }

  private keyOf(record: AskRecord, field: string): AskValue {
    if (field === TEMPLATE_FIELD) return null;
    if (field !== TIME_FIELD) return record.get(field);
    return Number.isNaN(record.ms) ? null : Math.floor(record.ms / this.bucketMs) * this.bucketMs;
  }

  private slotOf(ms: number): number {
    if (this.slots === null || Number.isNaN(ms)) return -1;
    return slotAt(this.slots, ms);
  }

  /** Gives templates their texts, drops the groups whose template does not fit, and joins groups that are one. */
  settle(isKept: (template: number) => boolean, templateOf: (template: number) => string): Map<string, GroupTally> {
    const settled = new Map<string, GroupTally>();
    const at = this.plan.by.indexOf(TEMPLATE_FIELD);
    for (const cell of this.cells.values()) {
      if (this.hasTemplate && !isKept(cell.template)) continue;
      const group = at === -1 ? cell.group : cell.group.with(at, templateOf(cell.template));
      const key = keyText(-1, group);
      const known = settled.get(key);
      const named = { ...cell, group };
      settled.set(key, known === undefined ? named : joinTallies(known, named));
    }
    return settled;
  }
}

const keyText = (template: number, group: readonly AskValue[]): string =>
  group.length === 0 ? String(template) : JSON.stringify([template, ...group]);

/** The stretch of time that a moment lies in. */
export const slotAt = ({ startMs, endMs }: TimeWindow, ms: number): number => {
  const share = endMs > startMs ? (ms - startMs) / (endMs - startMs) : 0;
  return Math.min(SLOTS - 1, Math.max(0, Math.floor(share * SLOTS)));
};
