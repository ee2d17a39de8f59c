/** A pattern and what stands in its place. Every pattern is linear in the text: repeats are bounded or cannot overlap what follows. */
type Rule = { find: RegExp; put: string | ((found: string, ...groups: string[]) => string) };

/** Patterns of credentials as their issuers document them; the order matters, the more special first. */
const RULES: readonly Rule[] = [
  { find: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, put: "⟨private-key⟩" },
  { find: /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?/g, put: "⟨jwt⟩" },
  { find: /\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{16}\b/g, put: "⟨aws-key⟩" },
  { find: /\bAIza[A-Za-z0-9_-]{35}/g, put: "⟨google-key⟩" },
  { find: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{20,})/g, put: "⟨git-token⟩" },
  { find: /\bxox[a-z]-[A-Za-z0-9-]{10,}/g, put: "⟨slack-token⟩" },
  { find: /\b(?:sk|pk|rk)[-_](?:[a-z]{1,12}[-_])?[A-Za-z0-9_-]{16,}/g, put: "⟨api-key⟩" },
  { find: /\b(Bearer|Basic|Token)\s+[A-Za-z0-9._~+/-]{8,}=*/gi, put: (_, scheme = "") => `${scheme} ⟨token⟩` },
  // scheme://user:password@host
  { find: /([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s:/@]{0,100}:[^\s/@]{1,200}@/gi, put: (_, scheme = "") => `${scheme}⟨credentials⟩@` },
  {
    find: /((?:password|passwd|pwd|secret|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|client[_-]?secret|private[_-]?key)["']?\s{0,3}[=:]\s{0,3})(?:"[^"\n]{1,200}"|'[^'\n]{1,200}'|[^\s"',;&)}\]⟨]{1,200})/gi,
    put: (_, name = "") => `${name}⟨secret⟩`,
  },
  { find: /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g, put: "⟨email⟩" },
  // 13 to 19 digits, in groups or not, standing alone: identifiers of traces and pods hold letters.
  { find: /(?<![\w.-])[3-6]\d{3}(?:[ -]?\d){9,15}(?![\w-])/g, put: (found) => (isCardNumber(found) ? "⟨card⟩" : found) },
];

/** Puts marks such as `⟨email⟩` in place of personal data and credentials. Masking what is masked changes nothing. */
export const maskSecrets = (text: string): string => RULES.reduce((masked, { find, put }) => (typeof put === "string" ? masked.replace(find, put) : masked.replace(find, put)), text);

/** Luhn's check, ISO/IEC 7812-1. */
function isCardNumber(found: string): boolean {
  const digits = [...found.replace(/\D/g, "")].map(Number).reverse();
  const sum = digits.reduce((total, digit, i) => total + (i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return sum % 10 === 0;
}
