import type { Policy, PolicyFreeze, PolicyHours } from "../domain/policy.ts";

const DAY_NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** A time on the clocks of a zone. `moment`: `2026-12-20T22:05`. `clock`: `22:05`. */
type LocalTime = { moment: string; clock: string; weekday: number };

function localTime(ms: number, zone: string): LocalTime {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(ms);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  const day = `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
  const clock = `${part("hour")}:${part("minute")}`;
  return { moment: `${day}T${clock}`, clock, weekday: new Date(`${day}T00:00Z`).getUTCDay() };
}

/** Whether a time lies within hours of a day. `to` is no part of them. */
export function isWithin({ from, to, days }: PolicyHours, ms: number, zone: string): boolean {
  const { clock, weekday } = localTime(ms, zone);
  const isDay = (day: number): boolean => days === undefined || days.some((one) => one === DAY_NAMES[(day + 7) % 7]);
  if (from < to) return isDay(weekday) && from <= clock && clock < to;
  return (isDay(weekday) && from <= clock) || (isDay(weekday - 1) && clock < to);
}

/** The first freeze that a time lies in. */
export const freezeAt = ({ freezes, zone: usual }: Pick<Policy, "freezes" | "zone">, ms: number): PolicyFreeze | null =>
  freezes.find((freeze) => {
    const zone = freeze.zone ?? usual;
    if ("weekly" in freeze) return isWithin(freeze.weekly, ms, zone);
    const { moment } = localTime(ms, zone);
    return freeze.from <= moment && moment < freeze.to;
  }) ?? null;
