import { IncidentError, messageOf } from "../../domain/errors.ts";

/** The result of one check. */
export type CheckResult = { state: "ok" | "warning" | "broken"; detail: string };
export type Check = CheckResult & { name: string };

const explain = (error: unknown): string =>
  error instanceof IncidentError ? `${error.message} (${error.hint})` : messageOf(error);

/** Runs one check. An error is its result. */
export async function check(name: string, run: () => Promise<CheckResult>): Promise<Check> {
  try {
    return { name, ...(await run()) };
  } catch (error) {
    return { name, state: "broken", detail: explain(error) };
  }
}
