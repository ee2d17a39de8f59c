import { homedir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { type Env, set } from "./env.ts";

/**
 * Always absolute, or state would land in the current folder. `homedir()` accepts an empty HOME; the account's entry in
 * the user database does not have that problem.
 */
function userHome({ HOME }: Env): string {
  const absolute = [HOME, homedir()].find((dir) => dir?.startsWith("/"));
  return absolute ?? userInfo().homedir;
}

/** The folder for state: configured, or by the XDG base directory specification. */
export function readHome(flag: string | undefined, env: Env): string {
  const configured = set(flag) ?? set(env.CAUSEWAY_HOME);
  if (configured !== undefined) return resolve(configured);
  const dataHome = set(env.XDG_DATA_HOME);
  return join(dataHome?.startsWith("/") ? dataHome : join(userHome(env), ".local/share"), "causeway");
}
