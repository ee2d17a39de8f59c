/** A call as AIOpsLab's parser reads it: positional arguments in Python's syntax. */
export const callText = (name: string, args: readonly (string | number | boolean)[]): string =>
  `${name}(${args.map((arg) => (typeof arg === "boolean" ? (arg ? "True" : "False") : JSON.stringify(arg))).join(", ")})`;

const TICKS = "```";

/** The message of an agent: the call alone between two lines of three ticks. Ticks in the call would end it. */
export const callMessage = (call: string): string => `${TICKS}\n${call.replaceAll(TICKS, "'''")}\n${TICKS}`;
