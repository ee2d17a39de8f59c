/**
 * A text as one word of a shell, for commands that people may paste. Nothing in it is expanded. Control characters
 * become blanks, because a terminal would act on them.
 */
export const shellQuoted = (text: string): string => {
  const plain = text.replaceAll(/\p{C}/gu, " ");
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", String.raw`'\''`)}'`;
};
