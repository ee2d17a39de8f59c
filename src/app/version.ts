import { readFileSync } from "node:fs";
import { PACKAGE_JSON } from "../host.ts";

type OwnPackage = { version: string };

/** The program's own version. */
export const programVersion = (): string => (JSON.parse(readFileSync(PACKAGE_JSON, "utf8")) as OwnPackage).version;
