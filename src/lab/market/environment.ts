/** A setting that is missing or wrong. The message names the variable. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** The environment variables of a container. Each method throws a `SettingError` for a value that does not fit. */
export type PodEnvironment = {
  text: (name: string) => string;
  whole: (name: string) => number;
  /** One of these words. */
  word: <W extends string>(name: string, words: readonly W[]) => W;
};

export function podEnvironment(values: Readonly<Record<string, string>>): PodEnvironment {
  const text = (name: string): string => {
    const value = values[name];
    if (value === undefined || value === "") throw new SettingError(`environment variable ${name} is not set`);
    return value;
  };
  return {
    text,
    whole(name) {
      const value = text(name);
      if (/^\d{1,9}$/.test(value)) return Number(value);
      throw new SettingError(`${name}=${JSON.stringify(value)} is not a whole number`);
    },
    word(name, words) {
      const value = text(name);
      const found = words.find((word) => word === value);
      if (found !== undefined) return found;
      throw new SettingError(`${name}=${JSON.stringify(value)} is none of ${words.join(", ")}`);
    },
  };
}

/** Reads `host:port`. @throws {SettingError} */
export function hostAndPort(value: string): { host: string; port: number } {
  const [, host, port] = /^([a-z0-9.-]+):(\d{1,5})$/.exec(value) ?? [];
  if (host === undefined || port === undefined) throw new SettingError(`${JSON.stringify(value)} is not host:port`);
  return { host, port: Number(port) };
}
