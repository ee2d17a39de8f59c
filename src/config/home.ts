import { homedir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { type Env, set } from "./env.ts";

/** Never relative: state would then lie in whatever folder one stands in. `homedir()` believes an empty HOME, the account's own entry does not. */
function userHome({ HOME }: Env): string {
  const told = [HOME, homedir()].find((dir) => dir?.startsWith("/"));
  return told ?? userInfo().homedir;
}

/** Where state lives: told, or by the XDG base directory rules. */
export function readHome(flag: string | undefined, env: Env): string {
  const told = set(flag) ?? set(env.CAUSEWAY_HOME);
  if (told !== undefined) return resolve(told);
  const dataHome = set(env.XDG_DATA_HOME);
  return join(dataHome?.startsWith("/") ? dataHome : join(userHome(env), ".local/share"), "causeway");
}
