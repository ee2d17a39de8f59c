import { userInfo } from "node:os";

/** The name of the current user, or "unknown". */
export function whoami(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
