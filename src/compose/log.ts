import { type Logger, pino } from "pino";
import type { Config } from "../config.ts";
import { maskerOf } from "../domain/redact-values.ts";

/** Keys whose values are never logged, at any depth. */
const SECRET_KEYS = ["apiKey", "authorization", "password", "secret", "token", "cookie", "set-cookie"];
const REDACT = SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`, `*.*.*["${key}"]`]);

/** Errors are logged by the message of their line. The stack is added at the levels debug and trace. */
const serializersAt = (level: Config["logLevel"]) => ({
  err: level === "debug" || level === "trace" ? pino.stdSerializers.errWithCause : () => undefined,
});

const { values } = maskerOf();

/** The last gate of the log: messages and fields quote other systems. @param line one line of JSON */
const maskedLine = (line: string): string => `${JSON.stringify(values(JSON.parse(line)))}\n`;

/** Writes one JSON line for each event to stderr, because stdout is for results. */
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
      hooks: { streamWrite: maskedLine },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination,
  );
