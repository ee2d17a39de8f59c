import { join } from "node:path";
import { fileRunbooks } from "../../src/connectors/files/runbooks.ts";
import type { Runbook } from "../../src/domain/runbook.ts";
import { readRunbook } from "../../src/remediation/runbook.ts";

/** The runbooks that come with Causeway. @throws {Error} if one cannot be read */
export const shippedRunbooks = (): Promise<Runbook[]> =>
  fileRunbooks([join(import.meta.dirname, "../../runbooks")], readRunbook).listRunbooks({
    onProblem: (problem) => {
      throw new Error(JSON.stringify(problem));
    },
  });
