import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIXED_PART } from "../../src/remediation/fixed-part.ts";

/** Arguments of each call of one script, in order. `finished`: no function stopped the script. */
export type Recorded = { calls: string[][]; finished: boolean };

/**
 * In place of the fixed part's functions that touch the outside world: each command is written to descriptor 3, as the
 * number of its words and the words, ended by NUL. All other functions are the fixed part's own.
 */
const RECORDER = `
note() { printf '%s\\0' "$#" "$@" >&3; }
call() {
  note "\${line[@]}"
  case "\${line[*]}" in *'rollout history'*) printf '39 <none>\\n41 <none>\\n' ;; *) printf 7 ;; esac
}
expect() { local name=$1 approved=$2; shift 2; compose "$@"; note expect "$name" "$approved"; call >/dev/null; }
symptom() { note symptom "$@"; }
find() { local name=$1 value=$2; shift 2; compose "$@"; note find "$name" "$value"; call >/dev/null; }
restore() { keep "$1" 7; }
record() { :; }
recorded() { :; }
run() {
  mode=apply
  by=ana
  CONTEXT=\${CONTEXT:-c1}
  check
  part=apply; apply
  verify
  part=rollback; rollback
  note end
}
set +e
`;

/** Between this and the loader a script holds its values and its functions. */
const bodyOf = (script: string): string => script.slice(0, script.indexOf("# The fixed part, "));

/**
 * Has bash parse whole scripts with \`bash -n\`, then run the functions of each in one process, against a recorder in
 * place of kubectl.
 *
 * @throws {Error} if bash does not accept them, or anything was created in the folder where they ran.
 */
export function runBatch(scripts: readonly string[]): Recorded[] {
  const home = mkdtempSync(join(tmpdir(), "causeway-values-"));
  try {
    const [cwd, whole, bodies, notes] = ["cwd", "whole.sh", "bodies.sh", "notes"].map((name) => join(home, name)) as [
      string,
      string,
      string,
      string,
    ];
    mkdirSync(cwd);
    writeFileSync(whole, scripts.join("\n"));
    const parsed = spawnSync("bash", ["-n", whole], { encoding: "utf8" });
    if (parsed.status !== 0 || parsed.stderr !== "") throw new Error(`bash -n: ${parsed.stderr.slice(0, 500)}`);
    const cases = scripts.map((script, at) => `note case ${at}\n(\nset -e\n${bodyOf(script)}\nrun\n)\n`);
    writeFileSync(bodies, `${FIXED_PART.text}\n${RECORDER}\n${cases.join("")}`);
    const ran = spawnSync("bash", ["-c", `exec 3>"$1"; . "$2"`, "batch", notes, bodies], {
      cwd,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: { PATH: process.env.PATH },
    });
    if (readdirSync(cwd).length > 0) throw new Error(`a value ran: it created ${readdirSync(cwd).join(", ")}`);
    const recorded = readNotes(readFileSync(notes, "utf8"));
    if (recorded.length !== scripts.length)
      throw new Error(`${scripts.length} scripts, ${recorded.length} ran: ${ran.stderr.slice(0, 500)}`);
    return recorded;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function readNotes(text: string): Recorded[] {
  const words = text.split("\0");
  const cases: Recorded[] = [];
  for (let at = 0; at < words.length - 1;) {
    const count = Number(words[at]);
    const call = words.slice(at + 1, at + 1 + count);
    at += 1 + count;
    if (call[0] === "case" && call[1] === String(cases.length) && count === 2)
      cases.push({ calls: [], finished: false });
    else {
      const last = cases.at(-1);
      if (last === undefined || !(count >= 1)) throw new Error("the record is broken");
      if (call[0] === "end" && count === 1) last.finished = true;
      else last.calls.push(call);
    }
  }
  return cases;
}
