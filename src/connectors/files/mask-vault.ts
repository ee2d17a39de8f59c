import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { appendFileSync, chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import { type Mark, MARK, PERSONAL_MARKS } from "../../domain/redact-rule.ts";

export const MASK_KEY_FILE = "masking.key";
export const MASK_VAULT_FILE = "masking.vault";
const OWNER_ONLY = 0o600;
/** The vault stops growing here: about 400,000 values. */
const MAX_VAULT_BYTES = 64 * 1024 * 1024;
/** Without vowels and digits: a mark never looks like a word, a number or an id. 20 letters, 43 bits in 10 of them. */
const LETTERS = "bcdfghjklmnpqrstvwxz";
const MARK_LETTERS = 10;

/** `keyText`: null for the key in the home folder. `reveal`: whether values of marks are kept. */
export type VaultOptions = { home: string; keyText: string | null; reveal: boolean };

/**
 * Marks that are equal for equal values, and different on every installation. Nobody without the key can tell from a
 * mark what it stands for. Values of personal data are kept encrypted in the home folder, so that a person at this
 * machine can look them up. Values of secrets are not kept anywhere.
 */
export type MaskVault = {
  mark: Mark;
  /** Puts back what the marks in a text stand for. Marks without a kept value stay. */
  reveal(text: string): string;
};

/** @throws {IncidentError} CONFIG if the key cannot be read or written. */
export function openMaskVault({ home, keyText, reveal }: VaultOptions): MaskVault {
  const key = keyText === null ? keyIn(home) : createHash("sha256").update(keyText).digest();
  const path = join(home, MASK_VAULT_FILE);
  const kept = new Set<string>();
  let isOpen = false;

  function keep(token: string, value: string): void {
    if (!reveal || kept.has(token)) return;
    if (!isOpen) for (const known of tokensIn(path)) kept.add(known);
    isOpen = true;
    if (kept.has(token)) return;
    kept.add(token);
    append(path, `${token} ${sealed(key, token, value)}\n`);
  }

  return {
    mark(kind, value) {
      const token = `⟨${kind}:${lettersOf(createHmac("sha256", key).update(`${kind}\n${value}`).digest())}⟩`;
      if (PERSONAL_MARKS.has(kind)) keep(token, value);
      return token;
    },
    reveal(text) {
      const wanted = new Set(text.match(MARK) ?? []);
      if (wanted.size === 0) return text;
      const values = new Map<string, string>();
      for (const line of linesIn(path)) {
        const [token = "", box = ""] = line.split(" ");
        const value = wanted.has(token) ? opened(key, token, box) : null;
        if (value !== null) values.set(token, value);
      }
      return text.replaceAll(MARK, (token) => values.get(token) ?? token);
    },
  };
}

/** The key of this home folder, made when it is needed first. Of several processes that make it, one wins. */
function keyIn(home: string): Buffer {
  const path = join(home, MASK_KEY_FILE);
  try {
    if (!existsSync(path))
      writeFileSync(path, `${randomBytes(32).toString("hex")}\n`, { flag: "wx", mode: OWNER_ONLY });
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST"))
      throw unusable(path, "cannot be written", cause);
  }
  const key = Buffer.from(readOr(path, (cause) => unusable(path, "cannot be read", cause)).trim(), "hex");
  if (key.length !== 32) throw unusable(path, "does not hold 64 hexadecimal digits");
  return key;
}

function readOr(path: string, failure: (cause: unknown) => Error): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw failure(cause);
  }
}

const unusable = (path: string, why: string, cause?: unknown): IncidentError =>
  new IncidentError("CONFIG", `the masking key ${path} ${why}`, {
    hint: "Check its permissions. If you delete it, marks of before and after do not match any more.",
    cause,
  });

const linesIn = (path: string): string[] => (existsSync(path) ? readFileSync(path, "utf8").split("\n") : []);
const tokensIn = (path: string): string[] => linesIn(path).map((line) => line.slice(0, line.indexOf(" ")));

/** A full or read-only disk costs a value that can be looked up, not the analysis. */
function append(path: string, line: string): void {
  try {
    const isNew = !existsSync(path);
    if (!isNew && statSync(path).size > MAX_VAULT_BYTES) return;
    appendFileSync(path, line, { mode: OWNER_ONLY });
    if (isNew) chmodSync(path, OWNER_ONLY);
  } catch {
    // the mark is right without it
  }
}

/** AES-256-GCM: nonce, tag and text in base64. The token is bound to it. @see NIST SP 800-38D */
function sealed(key: Buffer, token: string, value: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(token));
  const text = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64");
}

/** Null for a line that another key wrote, or that was cut or changed. */
function opened(key: Buffer, token: string, box: string): string | null {
  const bytes = Buffer.from(box, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAAD(Buffer.from(token));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return decipher.update(bytes.subarray(28), undefined, "utf8") + decipher.final("utf8");
  } catch {
    return null;
  }
}

const lettersOf = (hash: Buffer): string =>
  Array.from(hash.subarray(0, MARK_LETTERS), (byte) => LETTERS[byte % LETTERS.length]).join("");
