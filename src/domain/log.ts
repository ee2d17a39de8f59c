/** The part of a pino logger that the agent and the surfaces use. It is injected, and never writes to stdout. */
export type Log = {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
};
