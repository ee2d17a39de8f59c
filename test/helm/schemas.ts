import { execFile } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as models from "@kubernetes/client-node";
import type { Manifest } from "./renderer.ts";

const HERE = import.meta.dirname;
const MODULES = join(HERE, "node_modules");

/** Installs the schemas once, beside this file. Two test runs may do so at the same time: whoever comes first wins. */
async function installSchemas(): Promise<void> {
  if (existsSync(join(MODULES, "kubernetes-models"))) return;
  const work = mkdtempSync(join(HERE, ".installing-"));
  try {
    for (const name of ["package.json", "package-lock.json"]) cpSync(join(HERE, name), join(work, name));
    await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: work });
    if (!existsSync(MODULES)) renameSync(join(work, "node_modules"), MODULES);
  } catch (cause) {
    if (!existsSync(MODULES)) throw cause;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

type ModelClass = new (manifest: object) => { validate(): void };
type Attribute = { baseName: string; type: string };

const known: Record<string, { attributeTypeMap?: Attribute[] }> = models as never;

/**
 * What is wrong with a manifest by Kubernetes' own OpenAPI: wrong types, missing fields (kubernetes-models), and fields
 * that do not exist (the models of the official client, for kinds of Kubernetes itself).
 */
export async function faultsOf(manifest: Manifest): Promise<string[]> {
  await installSchemas();
  const { apiVersion, kind } = manifest;
  const pattern = `{kubernetes-models,@kubernetes-models/prometheus-operator}/${apiVersion}/${kind}.js`;
  const [file] = globSync(pattern, { cwd: MODULES });
  if (file === undefined) return [`there is no ${kind} in ${apiVersion}`];
  const module = (await import(pathToFileURL(join(MODULES, file)).href)) as Record<string, ModelClass>;
  const Model = module[kind];
  const faults: string[] = [];
  try {
    if (Model === undefined) throw new Error(`${file} exports no ${kind}`);
    new Model(manifest).validate();
  } catch (error) {
    faults.push(`${kind}: ${String(error)}`);
  }
  const [version = ""] = apiVersion.split("/").slice(-1);
  const name = `${version[0]?.toUpperCase()}${version.slice(1)}${kind}`;
  return apiVersion.includes("monitoring.coreos.com") ? faults : [...faults, ...unknownFields(manifest, name, kind)];
}

function unknownFields(value: unknown, type: string, path: string): string[] {
  const [, item] = /^Array<(.+)>$/.exec(type) ?? [];
  if (item !== undefined)
    return Array.isArray(value)
      ? value.flatMap((one, at) => unknownFields(one, item, `${path}[${at}]`))
      : [`${path} is no list`];
  const attributes = known[type]?.attributeTypeMap;
  if (attributes === undefined || typeof value !== "object" || value === null) return [];
  const types = new Map(attributes.map(({ baseName, type: of }) => [baseName, of]));
  return Object.entries(value).flatMap(([key, inner]) => {
    const inside = types.get(key);
    return inside === undefined
      ? [`${path}.${key} does not exist in ${type}`]
      : unknownFields(inner, inside, `${path}.${key}`);
  });
}

/** Checks values with the chart's schema. @returns what is wrong. */
export async function faultsOfValues(schema: object, values: object): Promise<string[]> {
  await installSchemas();
  const { default: Ajv } = createRequire(join(HERE, "package.json"))("ajv") as {
    default: new (options: object) => {
      compile(
        schema: object,
      ): ((values: object) => boolean) & { errors?: { instancePath: string; message?: string }[] };
    };
  };
  const check = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
  return check(values)
    ? []
    : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}
