import { isTool, readAnswers } from "../cluster/answers.ts";
import { parseManifests } from "../cluster/manifest.ts";
import { parseTable } from "../cluster/table.ts";
import type { ClusterAnswer } from "../domain/telemetry.ts";
import { seededRandom } from "../stats/seeded-random.ts";

/** Words that Kubernetes gives a meaning, and short words of other meanings: a name that is one of them stays. */
const MEANING =
  /^(default|kube-[a-z-]+|kubelet|containerd|kubernetes|localhost|master|control-plane|none|true|false|http|https|grpc|tcp|node|app)$/;
const NAME = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;
const VOWELS = "aeiou";
const CONSONANTS = "bcdfghjklmnpqrstvwxyz";

/**
 * The names of all objects in recorded answers: of tables, descriptions, manifests and routes of gateways.
 * `vocabulary`: entities of the case, such as `app/cart`.
 */
export function namesIn(answers: readonly ClusterAnswer[], vocabulary: readonly string[]): string[] {
  const found = [
    ...vocabulary.map((entity) => entity.slice(entity.lastIndexOf("/") + 1)),
    ...readAnswers(answers).flatMap((answer) => {
      const { text, namespace, name, type } = answer;
      if (isTool(answer, "yaml"))
        return parseManifests(text)
          .flatMap(({ metadata }) => [metadata.name, metadata.namespace ?? ""])
          .concat([...text.matchAll(/^\s*-\s*id:\s*([\w-]+)\s*$/gm)].map(([, id = ""]) => id));
      const described = [...text.matchAll(/^Name:\s+(\S+)/gm)].map(([, one = ""]) => one);
      const listed = type === "events" ? [] : parseTable(text).map((row) => row.NAME ?? "");
      return [namespace, isTool(answer, "node", "status") ? "" : name, ...described, ...listed];
    }),
  ];
  return [...new Set(found)].filter((name) => NAME.test(name) && /[a-z]{3}/.test(name) && !MEANING.test(name));
}

/**
 * Replaces the letters of names one for another, vowels by vowels: names keep their length, their hyphens, and what they
 * have in common with misspelt names. Different seeds choose different letters.
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
