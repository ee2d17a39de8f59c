import { z } from "zod";
import { allowedAddress } from "../connectors/web/allowed-address.ts";
import { type Env, fromEnv, pathList } from "./env.ts";

/** A prefix is allowed by itself where nothing in it may be read in two ways, and nothing but origin and path is told. */
const Prefix = z
  .url({
    protocol: /^https?$/,
    error: "runbooks are read from below addresses such as https://runbooks.example.com/team/",
  })
  .refine(
    (address) => !address.includes("#") && !address.includes("?") && allowedAddress(address, [address]) !== null,
    "without user info, query and fragment, and with a plain path",
  )
  .transform((address) => new URL(address).href);
const Folders = z.union([z.string(), z.array(z.string())]);

/** Folders alone, or both. */
export const RunbooksFile = z.union([
  Folders,
  z.strictObject({ folders: Folders.optional(), urls: z.array(Prefix).optional() }),
]);
type RunbooksFile = z.infer<typeof RunbooksFile>;

const Prefixes = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
  .pipe(z.array(Prefix));

/** Folders of runbooks as they are told, undefined where nobody does; prefixes of the addresses that a page may be read from when an alert points there. @throws {IncidentError} CONFIG */
export function readRunbooks(
  env: Env,
  file: RunbooksFile = {},
): { folders: readonly string[] | undefined; urls: readonly string[] } {
  const told = typeof file === "string" || Array.isArray(file) ? { folders: file } : file;
  const folders = typeof told.folders === "string" ? [told.folders] : told.folders;
  return {
    folders: pathList(env.CAUSEWAY_RUNBOOKS) ?? folders,
    urls: fromEnv(env, "CAUSEWAY_RUNBOOK_URLS", Prefixes) ?? ("urls" in told ? told.urls : undefined) ?? [],
  };
}
