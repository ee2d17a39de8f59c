import { openHttpDoor } from "../connectors/http.ts";
import type { HttpDoor } from "../connectors/http/types.ts";
import type { Config } from "../config.ts";

/** The way to Slack's Web API; the SDK brings its own token. */
export const openSlackHttp = (proxy: Config["proxy"]): HttpDoor =>
  openHttpDoor({ url: null, label: "Slack", settings: { address: "SLACK_API_URL" }, proxy });
