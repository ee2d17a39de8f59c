/**
 * Writes one call as AIOpsLab's parser reads it: a name, and positional arguments as strings of Python. JSON's strings
 * are Python's.
 */
export const callText = (name: string, ...args: readonly string[]): string =>
  `${name}(${args.map((arg) => JSON.stringify(arg)).join(", ")})`;

/**
 * Writes a shell command as the one argument of `exec_shell`, which is not read as Python: its quotes are cut off at
 * both ends, and `\"` inside becomes `"`.
 */
export const shellText = (command: string): string => `exec_shell("${command.replaceAll('"', '\\"')}")`;

/** The message of the agent: the call alone between two lines of three ticks, without a language. */
export const messageOf = (call: string): string => `\`\`\`\n${call}\n\`\`\``;
