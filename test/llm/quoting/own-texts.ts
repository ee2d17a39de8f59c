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

/** The failure messages that Causeway knows, without the names in them. */
export const failurePhrases = (): string[] =>
  FAILURE_SIGNATURES.flatMap(({ phrases }) => phrases).map((phrase) => phrase.replaceAll(/<[a-z]+>|\*/g, " | "));

/** Everything that Causeway itself may say of a system: texts of its source, without what is filled in. */
export const ownTexts = (): string[] =>
  globSync(FILES, { cwd: SRC })
    .toSorted()
    .flatMap((file) =>
      [...readFileSync(join(SRC, file), "utf8").matchAll(/"((?:[^"\\\n]|\\.)*)"|`([^`]*)`/g)]
        .map(([, plain, filled]) => plain ?? filled?.replaceAll(/\$\{[^}]*\}/g, " | ") ?? "")
        .filter((text) => !text.endsWith(".ts")),
    );
