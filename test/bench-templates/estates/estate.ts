/**
 * The statements of one program, as its source has them. `{slot}` stands where a run puts a value. `slots`: the values
 * of the program's own slots, separated by `|`. `standard-slots.ts` has the others.
 */
export type Estate = { name: string; slots: Readonly<Record<string, string>>; statements: readonly string[] };

/** One statement a line. A backslash at the end of a line joins it with the next. */
export const statementsOf = (text: string): string[] => text.trim().split("\n");
