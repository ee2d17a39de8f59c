import { type Command, Option } from "commander";
import { LEDGER_KEYS, type LedgerKey } from "../../domain/model-rollup.ts";
import { type Io, layoutFor, print } from "../io.ts";
import { since } from "../since.ts";
import { withCauseway } from "../with-causeway.ts";

type Flags = { by: LedgerKey; since?: number | null; json?: boolean; jsonl?: boolean };

export function defineLedger(ledger: Command, io: Io): void {
  ledger
    .addOption(new Option("--by <key>", "group the calls by this").choices(LEDGER_KEYS).default("model"))
    .option(
      "--since <time>",
      "count calls from this time on: 7d, 24h, 2026-11-30; default: all",
      since(() => io.now()),
    )
    .option("--json", "print JSON")
    .addOption(
      new Option("--jsonl", "print each call as a line {input, output, scores} for evaluation tools").conflicts("json"),
    )
    .action(({ by, since: sinceMs = null, json, jsonl }: Flags) =>
      withCauseway(io, {}, async (causeway, { color }) => {
        if (jsonl === true) {
          for await (const record of causeway.ledgerRecords(sinceMs)) print(io, JSON.stringify(record));
          return;
        }
        const summary = await causeway.ledger({ by, sinceMs });
        const [{ renderLedger }, { ledgerJson }] = await Promise.all([
          import("../../render/ledger.ts"),
          import("../../render/ledger-json.ts"),
        ]);
        print(
          io,
          json === true ? JSON.stringify(ledgerJson(summary), null, 2) : renderLedger(summary, layoutFor(io, color)),
        );
      }),
    );
}
