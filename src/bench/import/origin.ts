import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";

export type Licence = { file: string; sha256: string };
/** Where the source came from, as far as it says so itself. */
export type Origin = {
  path: string;
  /** The git work tree that the source is, or lies in. */
  repository: string | null;
  commit: string | null;
  remote: string | null;
  licences: Licence[];
};

const LICENCE = /^(licen[cs]e|copying|notice)(\W.*)?$/i;

/** Reads the commit and the licence files that lie with a source. Runs no program. */
export async function originOf(root: string): Promise<Origin> {
  const repository = await repositoryOf(root);
  const git = repository && (await gitFolder(repository));
  const places = [...new Set([root, ...(repository ? [repository] : [])])];
  return {
    path: root,
    repository,
    commit: git && (await commitOf(git)),
    remote: git && (await remoteOf(git)),
    licences: (await Promise.all(places.map(licencesIn))).flat(),
  };
}

const text = (path: string): Promise<string | null> => readFile(path, "utf8").catch(() => null);

async function repositoryOf(dir: string): Promise<string | null> {
  if (await stat(join(dir, ".git")).catch(() => null)) return dir;
  return dirname(dir) === dir ? null : repositoryOf(dirname(dir));
}

/** A work tree or a submodule has a file `.git` that names the folder. */
async function gitFolder(repository: string): Promise<string> {
  const place = join(repository, ".git");
  const named = /^gitdir: (.+)$/m.exec((await text(place)) ?? "")?.[1]?.trim();
  if (named === undefined) return place;
  return isAbsolute(named) ? named : join(repository, named);
}

const HASH = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

async function commitOf(git: string): Promise<string | null> {
  const head = ((await text(join(git, "HEAD"))) ?? "").trim();
  if (HASH.test(head)) return head;
  const ref = /^ref: (.+)$/.exec(head)?.[1];
  if (ref === undefined || ref.includes("..")) return null;
  const common = ((await text(join(git, "commondir"))) ?? "").trim();
  for (const dir of [git, ...(common === "" ? [] : [join(git, common)])]) {
    const loose = ((await text(join(dir, ref))) ?? "").trim();
    if (HASH.test(loose)) return loose;
    const packed = ((await text(join(dir, "packed-refs"))) ?? "").split("\n").find((line) => line.endsWith(` ${ref}`));
    if (packed !== undefined) return packed.slice(0, packed.indexOf(" "));
  }
  return null;
}

/** The address of the remote, without user and password. */
async function remoteOf(git: string): Promise<string | null> {
  const url = /\[remote "origin"\][^[]*?\burl\s*=\s*(\S+)/.exec((await text(join(git, "config"))) ?? "")?.[1];
  return url?.replace(/^(\w+:\/\/)[^/@]*@/, "$1") ?? null;
}

async function licencesIn(dir: string): Promise<Licence[]> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => LICENCE.test(name)).sort();
  const found = await Promise.all(
    names.map(async (name): Promise<Licence[]> => {
      const bytes = await readFile(join(dir, name)).catch(() => null);
      return bytes === null
        ? []
        : [{ file: join(dir, name), sha256: createHash("sha256").update(bytes).digest("hex") }];
    }),
  );
  return found.flat();
}
