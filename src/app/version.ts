import { readFileSync } from "node:fs";
import { PACKAGE_JSON } from "../host.ts";

type OwnPackage = { version: string };

/** The program's own version. */
export const programVersion = (): string => (JSON.parse(readFileSync(PACKAGE_JSON, "utf8")) as OwnPackage).version;

/** The name and version under which OpenTelemetry spans are made. */
export const tracerName = (): readonly [name: string, version: string] => ["causeway", programVersion()];
