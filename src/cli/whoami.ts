import { userInfo } from "node:os";

/** Who sits at the terminal; an account without a name is said so. */
export function whoami(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
