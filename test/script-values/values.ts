import { pick } from "./pick.ts";

/** Texts that end a word, start a command, hide, or pose as an option. */
const PIECES = [
  "$(touch pwned)",
  "`touch pwned`",
  "'; touch pwned; '",
  '"; touch pwned; "',
  "';touch pwned;#",
  "\n touch pwned\n",
  "\r\n",
  "&& touch pwned",
  "|| touch pwned",
  "| tee pwned",
  "> pwned",
  ">(touch pwned)",
  "<(touch pwned)",
  "${IFS}touch${IFS}pwned",
  "$'\\x27; touch pwned'",
  "$\\{x}",
  "\\",
  "\\'",
  "\\\n",
  "'",
  "''",
  "'\\''",
  '"',
  "`",
  "$",
  "$$",
  "${",
  "$((",
  "((",
  "))",
  "}",
  "}\n",
  "{a,b}",
  "!!",
  "!(a)",
  "*",
  "?",
  "[a-z]",
  "~",
  "~root",
  "#",
  " #",
  "=",
  "a=b",
  ";;",
  "EOF",
  "<<EOF",
  "--",
  "-",
  "-rf",
  "--context=evil",
  "--kubeconfig=/tmp/evil",
  "--namespace=kube-system",
  "--all",
  "-A",
  "-l app",
  "-o=jsonpath={.data}",
  'x")].value}{.data}{range .items[?(@.name=="',
  "a,deployment/b",
  "a/b",
  "../x",
  '"},"spec":{"replicas":0,"x":"',
  "\0",
  "\u0001",
  "\u0007",
  "\u001b[2J",
  "\u007f",
  "\u0085",
  "\u00a0",
  "\u00ad",
  "\u200b",
  "\u2028",
  "\u2029",
  "\u202e",
  "\u3000",
  "\u3164",
  "\ufeff",
  "\ufffd",
  "\uffff",
  "\ud800",
  "\udc00",
  "\u{1f600}",
  "\u{10ffff}",
  "\u{e0041}",
  "é漢字",
  "e\u0301",
  "%s%n",
  "\\x41",
  "\t",
  " ",
  "",
  "main",
  "}; main() { touch pwned; }; x() {",
  "fail",
  "changed=apply",
] as const;
const SOUP = "'\"`$(){}[]<>|&;!#~*?\\ \t\n\r=-+,.:/@%^_aZ09\0\u001b\u0085\u2028\u202e";
const NAMES = ["orders", "orders-v2", "a.b", "8080", "x", "http", "main", "orders-7d9f8b6c5-x2x4z", "n1"] as const;

/** One value of any kind that could reach a script: bytes as a text, soups of characters, long ones, names. */
export function drawValue(random: () => number): string {
  const roll = random();
  if (roll < 0.35) return join(1 + Math.floor(random() * 5), () => pick(random, PIECES));
  if (roll < 0.55) return join(1 + Math.floor(random() * 40), () => SOUP.charAt(Math.floor(random() * SOUP.length)));
  if (roll < 0.65) return bytes(random, 1 + Math.floor(random() * 60)).toString("utf8");
  if (roll < 0.72) return bytes(random, 1 + Math.floor(random() * 60)).toString("latin1");
  if (roll < 0.79) return join(1 + Math.floor(random() * 30), () => String.fromCharCode(Math.floor(random() * 65_536)));
  if (roll < 0.84)
    return join(1 + Math.floor(random() * 20), () => String.fromCodePoint(Math.floor(random() * 0x11_0000)));
  if (roll < 0.86) return pick(random, PIECES).repeat(1 + Math.floor(random() * 600));
  if (roll < 0.93) return pick(random, NAMES) + (random() < 0.5 ? pick(random, PIECES) : "");
  return `-${join(1 + Math.floor(random() * 12), () => pick(random, [..."abcdeflnorsw-=/."]))}`;
}

const join = (count: number, draw: () => string): string => Array.from({ length: count }, draw).join("");
const bytes = (random: () => number, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
