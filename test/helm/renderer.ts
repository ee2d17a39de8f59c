import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, parseAllDocuments } from "yaml";
import { DEBIAN_CACHE, unpackDebian } from "../servers/debian.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
export const CHART = join(root, "deploy/helm/causeway");

/** Go and the libraries of `render.go`, which Helm is made of too: text/template, Sprig, sigs.k8s.io/yaml. */
const PACKAGES = (
  "golang-1.19-go golang-1.19-src golang-github-masterminds-sprig-dev golang-github-masterminds-goutils-dev " +
  "golang-github-masterminds-semver-dev golang-github-google-uuid-dev golang-github-huandu-xstrings-dev " +
  "golang-github-imdario-mergo-dev golang-github-mitchellh-copystructure-dev golang-github-mitchellh-reflectwalk-dev " +
  "golang-github-shopspring-decimal-dev golang-github-spf13-cast-dev golang-golang-x-crypto-dev " +
  "golang-gopkg-yaml.v2-dev golang-k8s-sigs-yaml-dev"
).split(" ");

type Values = Record<string, unknown>;
export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
} & Record<string, unknown>;

/** Neither Debian nor npm has Helm. This is built once from `render.go`, in 10 to 60 s. @returns its path */
async function builtRenderer(): Promise<string> {
  const source = join(import.meta.dirname, "render.go");
  const hash = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 12);
  const program = join(DEBIAN_CACHE, `helm-render-${hash}`);
  if (existsSync(program)) return program;
  mkdirSync(DEBIAN_CACHE, { recursive: true });
  const work = mkdtempSync(join(DEBIAN_CACHE, "go-"));
  try {
    await unpackDebian(PACKAGES, work);
    const sources = join(work, "own/src/render");
    cpSync(source, join(sources, "render.go"), { recursive: true });
    const goRoot = join(work, "usr/lib/go-1.19");
    await run(join(goRoot, "bin/go"), ["build", "-o", join(work, "render"), "."], {
      cwd: sources,
      env: {
        PATH: process.env.PATH,
        HOME: work,
        GOROOT: goRoot,
        GOPATH: `${join(work, "own")}:${join(work, "usr/share/gocode")}`,
        GO111MODULE: "off",
        CGO_ENABLED: "0",
        GOCACHE: join(work, "cache"),
      },
    });
    renameSync(join(work, "render"), program);
    return program;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const isMap = (value: unknown): value is Values => typeof value === "object" && value !== null && !Array.isArray(value);
/** As Helm merges values: maps key by key, everything else is replaced. */
export const merged = (base: Values, over: Values): Values =>
  Object.entries(over).reduce((all, [key, value]) => {
    const before = all[key];
    return { ...all, [key]: isMap(before) && isMap(value) ? merged(before, value) : value };
  }, base);

export const valuesOf = (name: string): Values => (parse(readFileSync(join(CHART, name), "utf8")) ?? {}) as Values;
export const defaultValues = (): Values => valuesOf("values.yaml");

/** Renders the chart as `helm template shop-rel` does. @throws {Error} with the message of the template */
export async function renderChart(over: Values): Promise<Manifest[]> {
  const helm = process.env.CAUSEWAY_TEST_HELM_BIN;
  const values = merged(defaultValues(), over);
  mkdirSync(DEBIAN_CACHE, { recursive: true });
  const dir = mkdtempSync(join(DEBIAN_CACHE, "values-"));
  try {
    const file = join(dir, "values.json");
    writeFileSync(file, JSON.stringify(values));
    const texts =
      helm === undefined
        ? Object.entries(
            JSON.parse(
              (await run(await builtRenderer(), [CHART, "rel", "sre", file], { maxBuffer: 64 * 1024 * 1024 })).stdout,
            ) as Record<string, string>,
          ).flatMap(([name, text]) => (name === "NOTES.txt" ? [] : [text]))
        : [(await run(helm, ["template", "rel", CHART, "--namespace", "sre", "--values", file])).stdout];
    return texts.flatMap((text) =>
      parseAllDocuments(text).flatMap((document) => {
        if (document.errors.length > 0) throw new Error(`${document.errors[0]?.message}\n${text}`);
        const manifest = document.toJS() as Manifest | null;
        return manifest === null ? [] : [manifest];
      }),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
