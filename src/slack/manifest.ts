import type { SlackConfig } from "../config.ts";
import { scopesFor } from "./scopes.ts";

/** The path for Slack events, buttons and commands over HTTP. */
export const SLACK_PATH = "/slack/events";

/** `requestUrl`: the URL for Slack events over HTTP; null for Socket Mode. */
export type ManifestOptions = {
  requestUrl: string | null;
  privateChannels: boolean;
  uses: Pick<SlackConfig, "approvers" | "pictures" | "channels">;
};

/**
 * The Slack app manifest: the least scopes, the events that Causeway handles, and nothing else.
 *
 * @see https://docs.slack.dev/reference/app-manifest
 */
export function manifest({ requestUrl, privateChannels, uses }: ManifestOptions) {
  const url = (key: "url" | "request_url") => (requestUrl === null ? {} : { [key]: requestUrl });
  return {
    display_information: {
      name: "Causeway",
      description: "Finds what broke, when and why, in the alert's thread.",
      background_color: "#1f2d3d",
    },
    features: {
      bot_user: { display_name: "causeway", always_online: true },
      slash_commands: [
        {
          command: "/incident",
          description: "Analyze an incident",
          usage_hint: "<incident-id>",
          should_escape: false,
          ...url("url"),
        },
      ],
    },
    oauth_config: {
      scopes: { bot: [...scopesFor(uses).map(({ scope }) => scope), ...(privateChannels ? ["groups:history"] : [])] },
    },
    settings: {
      event_subscriptions: {
        ...url("request_url"),
        bot_events: ["app_mention", "message.channels", ...(privateChannels ? ["message.groups"] : [])],
      },
      interactivity: { is_enabled: true, ...url("request_url") },
      org_deploy_enabled: false,
      socket_mode_enabled: requestUrl === null,
      token_rotation_enabled: false,
    },
  };
}
