/** Longest run of lines that is read: scripts are short. */
const MAX_SCRIPT = 64 * 1024;

/**
 * Lists the commands of an action's script that change something, with the declared values filled in. A value that the
 * script reads from the cluster at run time shows as `<NAME>`. For display only: the approved bytes are the script's.
 *
 * @param script as `src/remediation/script.ts` renders it: values in `declare +x -r NAME='value'`, changes in
 *   `apply()`.
 * @returns commands in order, such as `kubectl rollout undo deployment/store`; [] for a script of another form.
 */
export function changeCommands(script: string): string[] {
  const text = script.slice(0, MAX_SCRIPT);
  const [, body = ""] = /\napply\(\) \{\n([^]*?)\n\}/.exec(text) ?? [];
  const values = new Map(
    [...text.matchAll(/^declare \+x -r ([A-Z][A-Z0-9_]*)='([^'\n]*)'$/gm)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
  return body
    .split("\n")
    .flatMap((line) => /^ {2}change (\S.*)$/.exec(line)?.[1] ?? [])
    .map((line) => line.replaceAll(/"\$\{([A-Z][A-Z0-9_]*)\}"/g, (_, name: string) => values.get(name) ?? `<${name}>`));
}

/** The namespace that an action's script works in; null if the script does not know it. */
export const scriptNamespace = (script: string): string | null =>
  /^NAMESPACE='?([^'\s]+)'?$/m.exec(script.slice(0, MAX_SCRIPT))?.[1] ?? null;
