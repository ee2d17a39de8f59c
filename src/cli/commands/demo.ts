import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { FIXTURES_DIR } from "../../host.ts";
import { type AnalyseFlags, analyseAndShow } from "../analyse-and-show.ts";
import { type Io, tell } from "../io.ts";
import { withOutputFlags } from "../output.ts";
import type { Done } from "../exit-codes.ts";
import { withCauseway } from "../with-causeway.ts";

/** A recording of the shop in `src/lab`, with one fault switched on. */
const DEMO_INCIDENT = "shop-001";

export function defineDemo(demo: Command, io: Io, done: Done): void {
  withOutputFlags(demo).action(async (flags: AnalyseFlags) => {
    const home = await mkdtemp(join(tmpdir(), "causeway-demo-"));
    try {
      const { NO_COLOR, LOG_LEVEL } = io.env; // nothing else: the demo must not touch a team's database or memory
      const flagsOfDemo = { home, data: [FIXTURES_DIR], llm: false };
      done(
        await withCauseway({ ...io, env: { NO_COLOR, LOG_LEVEL } }, flagsOfDemo, (causeway, config) =>
          analyseAndShow(causeway, config, DEMO_INCIDENT, flags, io),
        ),
      );
      tell(io, `\nThis was a demo: Causeway kept nothing. To keep it, run \`causeway analyze ${DEMO_INCIDENT}\`.`);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
}
