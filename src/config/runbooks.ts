import { z } from "zod";
import { allowedAddress } from "../connectors/web/allowed-address.ts";
import { type Env, fromEnv, pathList } from "./env.ts";

/** An address prefix: origin and path only, and no path that servers could read in two ways. */
const Prefix = z
  .url({
    protocol: /^https?$/,
    error: "give an address prefix such as https://runbooks.example.com/team/",
  })
  .refine(
    (address) => !address.includes("#") && !address.includes("?") && allowedAddress(address, [address]) !== null,
    "give a prefix without user info, query or fragment, and with a plain path",
  )
  .transform((address) => new URL(address).href);
const Folders = z.union([z.string(), z.array(z.string())]);

/** Folders alone, or folders, address prefixes and folders of pages. */
export const RunbooksFile = z.union([
  Folders,
  z.strictObject({ folders: Folders.optional(), urls: z.array(Prefix).optional(), pages: Folders.optional() }),
]);
type RunbooksFile = z.infer<typeof RunbooksFile>;

const Prefixes = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
  .pipe(z.array(Prefix));

/**
 * `folders`: undefined when none are configured. `urls`: address prefixes below which pages may be read when an alert
 * links to them. `pages`: folders of a team's own pages.
 *
 * @throws {IncidentError} CONFIG
 */
export function readRunbooks(
  env: Env,
  file: RunbooksFile = {},
): { folders: readonly string[] | undefined; urls: readonly string[]; pages: readonly string[] } {
  const configured = typeof file === "string" || Array.isArray(file) ? { folders: file } : file;
  const [folders, pages] = [configured.folders, "pages" in configured ? configured.pages : undefined].map((one) =>
    typeof one === "string" ? [one] : one,
  );
  return {
    folders: pathList(env.CAUSEWAY_RUNBOOKS) ?? folders,
    urls: fromEnv(env, "CAUSEWAY_RUNBOOK_URLS", Prefixes) ?? ("urls" in configured ? configured.urls : undefined) ?? [],
    pages: pathList(env.CAUSEWAY_RUNBOOK_PAGES) ?? pages ?? [],
  };
}
