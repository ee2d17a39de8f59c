import { type Command, InvalidArgumentError } from "commander";
import { loadConfig } from "../../config.ts";
import { manifest, SLACK_PATH } from "../../slack/manifest.ts";
import { type Io, print } from "../io.ts";

type ManifestFlags = { http?: string; private?: boolean; pictures: boolean; groups?: boolean };

/** Address of the events, from that of the service. @throws {InvalidArgumentError} unless that is one of https, to which alone Slack sends. */
function eventsUrl(address: string): string {
  const service = URL.parse(address.endsWith("/") ? address : `${address}/`);
  if (service?.protocol !== "https:")
    throw new InvalidArgumentError("It is a public address such as https://causeway.example.com.");
  return new URL(SLACK_PATH, service).href;
}

/** `slack manifest`: what the app is made from in Slack. */
export function defineSlack(slack: Command, io: Io): void {
  slack
    .command("manifest")
    .description("print the manifest from which Slack makes the app, with the least scopes that it needs")
    .option(
      "--http <address>",
      "have Slack send events to this public https address, instead of Socket Mode",
      eventsUrl,
    )
    .option("--private", "read alerts in private channels too")
    .option("--groups", "approvers may be user groups")
    .option("--no-pictures", "post no pictures, which saves the scope files:write")
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
