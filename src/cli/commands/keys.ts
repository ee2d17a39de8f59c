import { type Command, InvalidArgumentError } from "commander";
import { type Keys, openKeys } from "../../compose/keys.ts";
import { loadConfig } from "../../config.ts";
import { type ApiKey, Scope, SCOPES } from "../../domain/service.ts";
import { isoTime } from "../../domain/time.ts";
import { type Io, print, tell } from "../io.ts";

/** `--scope` is repeatable; `all` means every scope. */
function collectScope(value: string, earlier: readonly Scope[] = []): Scope[] {
  if (value === "all") return [...SCOPES];
  const parsed = Scope.safeParse(value);
  if (!parsed.success) throw new InvalidArgumentError(`Choose ${SCOPES.join(", ")} or all.`);
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
  [
    id,
    revokedAtMs === null ? `since ${isoTime(createdAtMs)}` : `revoked ${isoTime(revokedAtMs)}`,
    scopes.join(","),
    name,
  ].join("  ");

/** `keys create|list|revoke`: API keys of the HTTP service. */
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
    .argument("<name>", "the user or program that gets the key")
    .description("create a key; it is shown once, and only its hash is stored")
    .requiredOption("--scope <scope>", `scope of the key: ${SCOPES.join(", ")}, or all; repeatable`, collectScope)
    .option("--json", "print JSON")
    .action((name: string, { scope, json }: { scope: Scope[]; json?: boolean }) =>
      withKeys(async ({ createKey, listKeys }) => {
        const isFirst = (await listKeys()).length === 0;
        const { key, secret } = await createKey({ name, scopes: scope });
        if (json === true) return print(io, JSON.stringify({ ...asJson(key), secret }, null, 2));
        tell(io, `Created ${key.id} (${key.name}) with scope ${key.scopes.join(", ")}. The key is shown only once:`);
        print(io, secret);
        if (isFirst)
          tell(
            io,
            "This is the first key. From now on every request needs a key, also from this machine. " +
              "A webhook needs its secret, or a key with the scope analyse.",
          );
      }),
    );

  keys
    .command("list")
    .description("list all keys, including revoked ones")
    .option("--json", "print JSON")
    .action(({ json }: { json?: boolean }) =>
      withKeys(async ({ listKeys }) => {
        const listed = await listKeys();
        if (json === true) return print(io, JSON.stringify(listed.map(asJson), null, 2));
        print(
          io,
          listed.length === 0
            ? "There are no keys. The service listens on this machine only, and needs no key."
            : listed.map(asLine).join("\n"),
        );
      }),
    );

  keys
    .command("revoke")
    .argument("<key-id>")
    .description("revoke a key at once")
    .action((keyId: string) =>
      withKeys(async ({ revokeKey }) => {
        const now = await revokeKey(keyId);
        print(io, now ? `Revoked ${keyId}.` : `${keyId} was already revoked.`);
      }),
    );
}
