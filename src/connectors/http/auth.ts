import { percentDecoded } from "./redact.ts";

/** How a request proves who sends it. `header`: an API key in a header of its own, such as Qdrant's `api-key`. */
export type HttpAuth =
  | { kind: "none" }
  | { kind: "bearer"; token: string }
  | { kind: "basic"; username: string; password: string }
  | { kind: "header"; name: string; value: string };

export const NO_AUTH: HttpAuth = { kind: "none" };

const base64 = (username: string, password: string): string =>
  Buffer.from(`${username}:${password}`, "utf8").toString("base64");

export function authHeaders(auth: HttpAuth): Record<string, string> {
  switch (auth.kind) {
    case "none":
      return {};
    case "bearer":
      return { authorization: `Bearer ${auth.token}` };
    case "basic":
      return { authorization: `Basic ${base64(auth.username, auth.password)}` };
    case "header":
      return { [auth.name.toLowerCase()]: auth.value };
  }
}

/** Lists the texts that must never appear in an error or a log. */
export function authSecrets(auth: HttpAuth): string[] {
  switch (auth.kind) {
    case "none":
      return [];
    case "bearer":
      return [auth.token];
    case "basic":
      return [auth.password, base64(auth.username, auth.password)];
    case "header":
      return [auth.value];
  }
}

/** Takes user info out of an address: `https://user:pw@host` becomes basic auth. Explicit auth wins over it. */
export function authOfUrl(url: URL, explicit: HttpAuth = NO_AUTH): HttpAuth {
  if (explicit.kind !== "none" || (url.username === "" && url.password === "")) return explicit;
  return { kind: "basic", username: percentDecoded(url.username), password: percentDecoded(url.password) };
}
