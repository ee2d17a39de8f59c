import { type Command, InvalidArgumentError } from "commander";
import { loadConfig } from "../../config.ts";
import { manifest, SLACK_PATH } from "../../slack/manifest.ts";
import { type Io, print } from "../io.ts";

type ManifestFlags = { http?: string; private?: boolean; pictures: boolean; groups?: boolean };

/**
 * The events URL for the address of the service. @throws {InvalidArgumentError} unless it is https, which Slack
 * requires.
 */
function eventsUrl(address: string): string {
  const service = URL.parse(address.endsWith("/") ? address : `${address}/`);
  if (service?.protocol !== "https:")
    throw new InvalidArgumentError("Give a public https address, such as https://causeway.example.com.");
  return new URL(SLACK_PATH, service).href;
}

/** `slack manifest`: prints the manifest of the Slack app. */
export function defineSlack(slack: Command, io: Io): void {
  slack
    .command("manifest")
    .description("print the manifest of the Slack app, with the least scopes that it needs")
    .option("--http <address>", "receive events at this public https address instead of Socket Mode", eventsUrl)
    .option("--private", "also read alerts in private channels")
    .option("--groups", "allow user groups as approvers")
    .option("--no-pictures", "post no pictures, so that files:write is not needed")
    .action(({ http, private: isPrivate, pictures, groups }: ManifestFlags) => {
      const slack = loadConfig({}, io.env).slack;
      const approvers = [...(slack?.approvers ?? []), ...(groups === true ? ["S"] : [])];
      const uses = { channels: slack?.channels ?? [], approvers, pictures: pictures && slack?.pictures !== false };
      print(
        io,
        JSON.stringify(manifest({ requestUrl: http ?? null, privateChannels: isPrivate === true, uses }), null, 2),
      );
    });
}
