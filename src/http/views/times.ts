import { z } from "@hono/zod-openapi";
import { isoTime } from "../../domain/time.ts";

// JSON on the wire: snake case and ISO times, as in the report.

export const Time = z.iso.datetime().openapi({ example: "2026-03-02T09:52:26.739Z" });
export const OptionalTime = Time.nullable();
export const timeOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));
