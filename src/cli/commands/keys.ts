import { type Command, InvalidArgumentError } from "commander";
import { type Keys, openKeys } from "../../compose/keys.ts";
import { loadConfig } from "../../config.ts";
import { type ApiKey, Scope, SCOPES } from "../../domain/service.ts";
import { isoTime } from "../../domain/time.ts";
import { type Io, print, tell } from "../io.ts";

/** `--scope` may be given more than once; `all` is every one of them. */
function collectScope(value: string, earlier: readonly Scope[] = []): Scope[] {
  if (value === "all") return [...SCOPES];
  const parsed = Scope.safeParse(value);
  if (!parsed.success) throw new InvalidArgumentError(`There are ${SCOPES.join(", ")}, and all.`);
  return [...earlier, parsed.data];
}

const asJson = ({ id, name, scopes, createdAtMs, revokedAtMs }: ApiKey) => ({
  id,
  name,
  scopes,
  created_at: isoTime(createdAtMs),
  revoked_at: revokedAtMs === null ? null : isoTime(revokedAtMs),
});
const asLine = ({ id, name, scopes, createdAtMs, revokedAtMs }: ApiKey): string =>
  `${id}  ${revokedAtMs === null ? `since ${isoTime(createdAtMs)}` : `revoked ${isoTime(revokedAtMs)}`}  ${scopes.join(",")}  ${name}`;

/** `keys create|list|revoke`: who may ask the service over HTTP. */
export function defineKeys(keys: Command, io: Io): void {
  const withKeys = async (use: (keys: Keys) => Promise<void>): Promise<void> => {
    const keys = await openKeys(loadConfig({}, io.env), io.now);
    try {
      await use(keys);
    } finally {
      await keys.close();
    }
  };

  keys
    .command("create")
    .argument("<name>", "whom or what it is for")
    .description("make a key; it is shown this once, and only its hash is kept")
    .requiredOption(
      "--scope <scope>",
      `what it opens: ${SCOPES.join(", ")}, or all; may be given more than once`,
      collectScope,
    )
    .option("--json", "as JSON")
    .action((name: string, { scope, json }: { scope: Scope[]; json?: boolean }) =>
      withKeys(async ({ createKey, listKeys }) => {
        const isFirst = (await listKeys()).length === 0;
        const { key, secret } = await createKey({ name, scopes: scope });
        if (json === true) return print(io, JSON.stringify({ ...asJson(key), secret }, null, 2));
        tell(io, `${key.id} (${key.name}) opens ${key.scopes.join(", ")}. It is shown this once:`);
        print(io, secret);
        if (isFirst)
          tell(
            io,
            "It is the first: from now on every request needs a key, from this machine too, and a webhook its secret or a key with the scope analyse.",
          );
      }),
    );

  keys
    .command("list")
    .description("list the keys, revoked ones too")
    .option("--json", "as JSON")
    .action(({ json }: { json?: boolean }) =>
      withKeys(async ({ listKeys }) => {
        const listed = await listKeys();
        if (json === true) return print(io, JSON.stringify(listed.map(asJson), null, 2));
        print(
          io,
          listed.length === 0
            ? "There are no keys: the service listens on this machine alone, and asks for none."
            : listed.map(asLine).join("\n"),
        );
      }),
    );

  keys
    .command("revoke")
    .argument("<key-id>")
    .description("revoke a key: it opens nothing from now on")
    .action((keyId: string) =>
      withKeys(async ({ revokeKey }) => {
        const now = await revokeKey(keyId);
        print(io, now ? `${keyId} opens nothing any more.` : `${keyId} was revoked before.`);
      }),
    );
}
