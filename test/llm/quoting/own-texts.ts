import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FAILURE_SIGNATURES } from "../../../src/rca/signatures/catalogue.ts";

const SRC = join(import.meta.dirname, "../../../src");
/** Files whose texts are words of operations: causes, alerts, states of a cluster, signals, levels. */
const FILES = [
  "rca/{causes,entries,rankers}/**/*.ts",
  "rca/{further-causes,change-causes,finding-words,fault-level,direct-causes,verdict,all-clear,fuse}.ts",
  "{alerts,changes,cluster,metrics,traces}/**/*.ts",
  "logs/{findings,finding-writer,event-flow,undated}.ts",
  "logs/lines/{event-reasons,harmless-words,level-words}.ts",
  "domain/{signals,metric-name,finding,entity}.ts",
];
const FRAME_FILES = ["ask/{fit,resolve,check,refus,plan}*.ts", "agent/investigation/*.ts", "rca/**/*.ts"];

/** The failure messages that Causeway knows. `open`: stands for the names in them. */
export const failurePhrases = (open = " | "): string[] =>
  FAILURE_SIGNATURES.flatMap(({ phrases }) => phrases).map((phrase) => phrase.replaceAll(/<[a-z]+>|\*/g, open));

/** Everything that Causeway itself may say of a system: texts of its source. `open`: stands for what is filled in. */
export const ownTexts = (open = " | "): string[] => textsOf(FILES, open);

/**
 * What Causeway says of its own work, in refusals and sentences about a ranking. Its words are not made to be shown.
 */
export const frameTexts = (open: string): string[] => textsOf(FRAME_FILES, open);

const textsOf = (files: readonly string[], open: string): string[] =>
  globSync([...files], { cwd: SRC })
    .toSorted()
    .flatMap((file) =>
      [...readFileSync(join(SRC, file), "utf8").matchAll(/"((?:[^"\\\n]|\\.)*)"|`([^`]*)`/g)]
        .map(([, plain, filled]) => plain ?? filled?.replaceAll(/\$\{[^}]*\}/g, open) ?? "")
        .filter((text) => !text.endsWith(".ts")),
    );
