import { existsSync, readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { IncidentError } from "./domain/errors.ts";

/** What a flag may say; it wins over the environment. */
export type Flags = { data?: readonly string[] | undefined; home?: string | undefined; llm?: boolean | undefined };
export type Env = Readonly<Record<string, string | undefined>>;

/** The environment of this process; nothing else of ours reads it. */
export const ENVIRONMENT: Env = process.env;

/** What makes LangChain send each step, with all that it holds, to a server, or print it on stdout. */
const TRACING = ["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_VERBOSE"];

/**
 * Takes out of this process's environment what would have LangChain tell of an analysis: telemetry goes nowhere unless Causeway is configured
 * to send it, and these are set for other programs. LangChain reads them anew for each run and knows no other switch.
 */
export function forbidTracing(env: Record<string, string | undefined> = process.env): void {
  for (const name of TRACING) delete env[name];
}

const LogLevel = z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]);
const Milliseconds = z.coerce.number().int().positive();

/** `config.yaml` in the home folder, or where `CAUSEWAY_CONFIG` says. A key that nobody knows is refused: it is a typing error. */
const ConfigFile = z.strictObject({
  data: z.union([z.string(), z.array(z.string())]).optional(),
  runbooks: z.union([z.string(), z.array(z.string())]).optional(),
  logLevel: LogLevel.optional(),
  nodeTimeoutMs: Milliseconds.optional(),
  model: z.strictObject({ name: z.string().optional(), baseUrl: z.url().optional(), apiKey: z.string().optional(), timeoutMs: Milliseconds.optional() }).optional(),
});
type ConfigFile = z.infer<typeof ConfigFile>;

/** `apiKey`: null for a server that wants none. */
export type ModelConfig = { name: string; baseUrl: string; apiKey: string | null; timeoutMs: number };
export type Config = {
  /** Where state lives. */
  home: string;
  /** Folders of incidents, in the order in which an id is looked up. */
  data: readonly string[];
  runbooks: readonly string[];
  /** `null`: no model is configured, or it was switched off. */
  model: ModelConfig | null;
  color: boolean;
  logLevel: z.infer<typeof LogLevel>;
  nodeTimeoutMs: number;
  /** The file that was read, or null. */
  file: string | null;
};

/** What comes with the program. From source and from `dist/` alike, `..` is the package. */
const PACKAGE_DIR = resolve(import.meta.dirname, "..");
export const FIXTURES_DIR = join(PACKAGE_DIR, "fixtures");
export const RUNBOOKS_DIR = join(PACKAGE_DIR, "runbooks");
export const PACKAGE_JSON = join(PACKAGE_DIR, "package.json");
const DEFAULT_MODEL = "gpt-4o-mini";
const DEFAULT_MODEL_TIMEOUT_MS = 60_000;
const DEFAULT_NODE_TIMEOUT_MS = 300_000;
const DEFAULT_MODEL_URL = "https://api.openai.com/v1";

const set = (value: string | undefined): string | undefined => (value === undefined || value === "" ? undefined : value);

/** A secret from `NAME`, or from the file that `NAME_FILE` names. @throws {IncidentError} CONFIG when that file cannot be read. */
function secret(env: Env, name: string): string | undefined {
  const direct = set(env[name]);
  const path = set(env[`${name}_FILE`]);
  if (direct !== undefined || path === undefined) return direct;
  try {
    return set(readFileSync(path, "utf8").trim());
  } catch (cause) {
    throw new IncidentError("CONFIG", `${name}_FILE names ${path}, which cannot be read`, { hint: "Check the path and its permissions.", cause });
  }
}

function readConfigFile(path: string, required: boolean): ConfigFile | null {
  if (!required && !existsSync(path)) return null;
  const fail = (why: string, cause: unknown): IncidentError =>
    new IncidentError("CONFIG", `the configuration file ${path} ${why}`, { hint: "Mend it, or point CAUSEWAY_CONFIG at another.", cause });
  let content: unknown;
  try {
    content = parseYaml(readFileSync(path, "utf8"), { logLevel: "silent" }) ?? {};
  } catch (cause) {
    throw fail("cannot be read", cause);
  }
  const parsed = ConfigFile.safeParse(content);
  if (!parsed.success) throw fail(`is not valid:\n${z.prettifyError(parsed.error)}`, parsed.error);
  return parsed.data;
}

/** A setting from the environment, checked. @throws {IncidentError} CONFIG naming the variable. */
function fromEnv<T>(env: Env, name: string, schema: z.ZodType<T>): T | undefined {
  const text = set(env[name]);
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new IncidentError("CONFIG", `${name}="${text}" is not valid: ${parsed.error.issues[0]?.message ?? ""}`, { hint: `Set ${name} to a valid value, or unset it.` });
}

const listed = (value: string | readonly string[] | undefined): readonly string[] | undefined => (typeof value === "string" ? [value] : value);
/** Folders in one variable are parted as in PATH. */
const pathList = (value: string | undefined): readonly string[] | undefined => set(value)?.split(":").filter((dir) => dir !== "");

function modelOf(env: Env, file: ConfigFile["model"]): ModelConfig | null {
  const apiKey = secret(env, "OPENAI_API_KEY") ?? file?.apiKey;
  const baseUrl = fromEnv(env, "OPENAI_BASE_URL", z.url()) ?? fromEnv(env, "OPENAI_API_BASE", z.url()) ?? file?.baseUrl;
  if (apiKey === undefined && baseUrl === undefined) return null; // never call a vendor that nobody configured
  return {
    name: set(env.OPENAI_MODEL) ?? file?.name ?? DEFAULT_MODEL,
    baseUrl: baseUrl ?? DEFAULT_MODEL_URL,
    apiKey: apiKey ?? null,
    timeoutMs: fromEnv(env, "CAUSEWAY_MODEL_TIMEOUT_MS", Milliseconds) ?? file?.timeoutMs ?? DEFAULT_MODEL_TIMEOUT_MS,
  };
}

const absolute = (dirs: readonly string[]): string[] => dirs.map((dir) => resolve(dir));

/** Never relative: state would then lie in whatever folder one stands in. `homedir()` believes an empty HOME, the account's own entry does not. */
function userHome({ HOME }: Env): string {
  const told = [HOME, homedir()].find((dir) => dir?.startsWith("/"));
  return told ?? userInfo().homedir;
}

/** Where state lives: told, or by the XDG base directory rules. */
function homeOf(flags: Flags, env: Env): string {
  const told = set(flags.home) ?? set(env.CAUSEWAY_HOME);
  if (told !== undefined) return resolve(told);
  const dataHome = set(env.XDG_DATA_HOME);
  return join(dataHome?.startsWith("/") ? dataHome : join(userHome(env), ".local/share"), "causeway");
}

/**
 * Flag over environment over file over default.
 * @throws {IncidentError} CONFIG naming the setting that is wrong.
 */
export function loadConfig(flags: Flags = {}, env: Env = ENVIRONMENT): Config {
  const home = homeOf(flags, env);
  const toldFile = set(env.CAUSEWAY_CONFIG);
  const path = toldFile === undefined ? join(home, "config.yaml") : resolve(toldFile);
  const file = readConfigFile(path, toldFile !== undefined);
  return {
    home,
    data: absolute(flags.data ?? pathList(env.CAUSEWAY_DATA) ?? listed(file?.data) ?? [FIXTURES_DIR]),
    runbooks: absolute(pathList(env.CAUSEWAY_RUNBOOKS) ?? listed(file?.runbooks) ?? [RUNBOOKS_DIR]),
    model: flags.llm === false ? null : modelOf(env, file?.model),
    color: set(env.NO_COLOR) === undefined,
    logLevel: fromEnv(env, "LOG_LEVEL", LogLevel) ?? file?.logLevel ?? "warn",
    nodeTimeoutMs: fromEnv(env, "CAUSEWAY_NODE_TIMEOUT_MS", Milliseconds) ?? file?.nodeTimeoutMs ?? DEFAULT_NODE_TIMEOUT_MS,
    file: file === null ? null : path,
  };
}

/** The configuration as a person may see it: no secret, and no user info or query of an address. */
export function masked(config: Config): Config {
  if (config.model === null) return config;
  const { origin, pathname } = new URL(config.model.baseUrl);
  return { ...config, model: { ...config.model, apiKey: config.model.apiKey === null ? null : "(set)", baseUrl: origin + pathname } };
}
