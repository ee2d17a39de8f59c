import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { ClusterAnswer } from "../domain/telemetry.ts";
import { seededRandom } from "../stats/seeded-random.ts";

/** Words that Kubernetes gives a meaning, and short words of other meanings: a name that is one of them stays. */
const MEANING =
  /^(default|kube-[a-z-]+|kubelet|containerd|kubernetes|localhost|master|control-plane|none|true|false|http|https|grpc|tcp|node|app)$/;
const NAME = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;
const VOWELS = "aeiou";
const CONSONANTS = "bcdfghjklmnpqrstvwxyz";

const Manifest = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string().default("") }),
});

/**
 * The names of all objects in recorded answers: of tables, descriptions, manifests and routes of gateways.
 * `vocabulary`: entities of the case, such as `app/cart`.
 */
export function namesIn(answers: readonly ClusterAnswer[], vocabulary: readonly string[]): string[] {
  const found = [
    ...vocabulary.map((entity) => entity.slice(entity.lastIndexOf("/") + 1)),
    ...answers.flatMap(({ tool, args, text }) => {
      if (/yaml/i.test(tool)) return declaredNames(text);
      const described = [...text.matchAll(/^Name:\s+(\S+)/gm)].map(([, name = ""]) => name);
      // the agents of a node have fixed names
      const questioned = [
        args.namespace,
        ...(/status/i.test(tool) ? [] : [args.name, args.app_name, args.service_name]),
      ];
      const listed = /event/i.test(JSON.stringify(args)) ? [] : listedNames(text);
      return [...questioned.filter((name) => typeof name === "string"), ...described, ...listed];
    }),
  ];
  return [...new Set(found)].filter((name) => NAME.test(name) && /[a-z]{3}/.test(name) && !MEANING.test(name));
}

/** The first column of a table, below the heading `NAME`. */
const listedNames = (text: string): string[] =>
  /^NAME\s/.test(text.trimStart())
    ? text
        .trimStart()
        .split("\n")
        .slice(1)
        .map((line) => line.split(/\s/)[0] ?? "")
    : [];

function declaredNames(text: string): string[] {
  const objects = parseAllDocuments(text).flatMap((document) => {
    if (!("toJS" in document) || document.errors.length > 0) return [];
    const parsed = Manifest.safeParse(document.toJS({ maxAliasCount: 50 }));
    return parsed.success ? [parsed.data.metadata.name, parsed.data.metadata.namespace] : [];
  });
  return [...objects, ...[...text.matchAll(/^\s*-\s*id:\s*([\w-]+)\s*$/gm)].map(([, id = ""]) => id)];
}

/**
 * Replaces the letters of names one for another, vowels by vowels: names keep their length, their hyphens, and what
 * they have in common with misspelt names. Different seeds choose different letters.
 */
function cipher(seed: number): (name: string) => string {
  const random = seededRandom(seed);
  const turned = (letters: string): [string, string][] => {
    const by = 1 + Math.floor(random() * (letters.length - 1));
    return [...letters].map((letter, at) => [letter, letters[(at + by) % letters.length] ?? letter]);
  };
  const letters = new Map([...turned(VOWELS), ...turned(CONSONANTS)]);
  return (name) => [...name].map((letter) => letters.get(letter) ?? letter).join("");
}

/**
 * A function that replaces the names wherever they stand as whole words, everywhere alike, longer names first. Labels
 * such as `kubernetes.io/hostname` keep their keys.
 */
export function renamer(names: readonly string[], seed: number): (text: string) => string {
  const rename = cipher(seed);
  const longestFirst = names.toSorted((a, b) => b.length - a.length).map((name) => name.replaceAll(".", "\\."));
  if (longestFirst.length === 0) return (text) => text;
  const whole = new RegExp(`(?<![A-Za-z0-9_])(?:${longestFirst.join("|")})(?![A-Za-z0-9_])`, "g");
  return (text) => text.replace(whole, (name) => rename(name));
}
