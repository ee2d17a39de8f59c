import type { Command } from "commander";
import { type Io, layoutFor, print } from "../io.ts";
import { withCauseway } from "../with-causeway.ts";
import { collect } from "./analyze.ts";

type Flags = { json?: boolean; data?: string[] };

export function defineForecast(forecast: Command, io: Io): void {
  forecast
    .argument("<incident-id>")
    .option("--data <dir>", "folder of recorded incidents; repeatable", collect)
    .option("--json", "print JSON")
    .action((incidentId: string, { json, data }: Flags) =>
      withCauseway(io, { data }, async (causeway, config) => {
        const { renderForecast } = await import("../../render/forecast.ts");
        const listing = await causeway.forecast(incidentId, io.signal);
        print(
          io,
          json === true ? JSON.stringify(listing, null, 2) : renderForecast(listing, layoutFor(io, config.color)),
        );
      }),
    );
}
