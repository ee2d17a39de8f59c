import type { Config, NotifyConfig } from "../config.ts";
import { sendTo } from "../connectors/notify/send.ts";

type Message = Parameters<typeof sendTo>[1];

/** Posts one message to a configured place. @throws {IncidentError} as `sendTo` */
export const sendNotification = (
  { proxy }: Pick<Config, "proxy">,
  target: NotifyConfig,
  message: Message,
  signal: AbortSignal,
): Promise<void> => sendTo(target, message, { proxy, signal });
