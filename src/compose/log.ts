import { type Logger, pino } from "pino";
import type { Config } from "../config.ts";

/** Keys whose values never reach a log, wherever they stand. */
const SECRET_KEYS = ["apiKey", "authorization", "password", "secret", "token", "cookie", "set-cookie"];
const REDACT = SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`, `*.*.*["${key}"]`]);

/** Errors are told by the message of their line; with their stack only to who looks for a defect. */
const serializersAt = (level: Config["logLevel"]) => ({
  err: level === "debug" || level === "trace" ? pino.stdSerializers.errWithCause : () => undefined,
});

/** One JSON line an event on stderr: stdout belongs to the result. */
export const createLog = (
  { logLevel }: Pick<Config, "logLevel">,
  destination: NodeJS.WritableStream = process.stderr,
): Logger =>
  pino(
    {
      level: logLevel,
      base: null,
      serializers: serializersAt(logLevel),
      redact: { paths: REDACT, censor: "[secret]" },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination,
  );
