import { isPlaceholder } from "./redact-judge.ts";
import { type MaskRule } from "./redact-rule.ts";
import { PASSWORD } from "./redact-words.ts";

// Credentials in command lines, arguments of calls, statements, links and forms.

export const CALL_RULES: readonly MaskRule[] = [
  // Login incorrect: [ada/hunter]
  {
    kind: "credentials",
    needs: ["login", "auth"],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:login|auth)[\w ]{0,20}(?:incorrect|invalid|failed|ok)[^\n[(]{0,20}\[)`,
        String.raw`(?<value>[^\s\]/⟨⟩]{1,64}\/[^\]\n⟨⟩]{3,100})(?=\])`,
      ].join(""),
      "gi",
    ),
  },
  {
    kind: "secret",
    needs: ["psk", "wpa_passphrase", "presharedkey", "community"],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:psk|wpa_passphrase|preshared_?key|community)\s{0,2}[=:]\s{0,2})(?<val`,
        String.raw`ue>"[^"\n⟨⟩]+"|[^\s"⟨⟩]{3,200})`,
      ].join(""),
      "gi",
    ),
  },
  // Command lines whose flags hold a password
  {
    kind: "secret",
    needs: ["ldap", "snmp"],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:ldap\w{1,12}\b[^\n]{0,300}? -w|snmp\w{2,12}\b[^\n]{0,100}? -(?:c|A|X)`,
        String.raw`) ?)(?<value>"[^"\n]+"|'[^'\n]+'|(?!-)[^\s"'⟨⟩]{3,100})`,
      ].join(""),
      "g",
    ),
  },
  {
    kind: "credentials",
    needs: ["sqlplus", "expdp", "impdp", "rman", "sqlldr"],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:sqlplus|expdp|impdp|rman|sqlldr)\b[^\n@]{0,60}? (?:userid=)?)(?<value`,
        String.raw`>[\w$#]{1,40}\/[^\s@/⟨⟩]{1,100})(?=@|\s|$)`,
      ].join(""),
      "gi",
    ),
  },
  {
    kind: "secret",
    needs: ["pass "],
    find: /(?<before>(?:^|[:>] )PASS )(?<value>[^\s:⟨⟩]{3,200})(?=\s*$)/gm,
  },
  {
    kind: "credentials",
    needs: ["auth plain", "auth login", "auth cram"],
    find: /(?<before>\bAUTH (?:PLAIN|LOGIN|CRAM-MD5) )(?<value>[A-Za-z0-9+/]{6,400}={0,2})(?![\w+/=])/g,
  },
  {
    kind: "secret",
    needs: ["password("],
    find: /(?<before>\b(?:old_)?password\(\s?)(?<value>'[^'\n]{3,}'|"[^"\n]{3,}")/gi,
  },
  {
    kind: "secret",
    needs: ["pwd={", "password={"],
    find: /(?<before>\b(?:pwd|password)=\{)(?<value>[^}\n⟨⟩$]{3,200})(?=\})/gi,
  },
  // Arguments: login('ada', 'hunter'), mysqli_connect('db', 'app', 'hunter')
  {
    kind: "secret",
    needs: ["attempt(", "login(", "log_in(", "authenticate(", "signin(", "sign_in(", "bind(", "auth("],
    find: new RegExp(
      [
        String.raw`(?<before>\b\w{0,20}(?:login|log_in|sign_?in|authenticate|simple_bind|bind|auth|atte`,
        String.raw`mpt)\(\s?(?:Array\(|\[)?(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|⟨[^⟩]{1,40}⟩), )(?<value>`,
        String.raw`"[^"\n]{3,}"|'[^'\n]{3,}')(?=[,)\]])`,
      ].join(""),
      "gi",
    ),
    accepts: (value) => !isPlaceholder(value),
  },
  {
    kind: "secret",
    needs: ["connect(", "__construct(", "pdo(", "getconnection("],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:\w{0,20}connect|PDO->__construct|new PDO|getConnection)\((?:"[^"\n]{0`,
        String.raw`,300}"|'[^'\n]{0,300}'), (?:"[^"\n]{0,100}"|'[^'\n]{0,100}'), )(?<value>"[^"\n]{3,}"`,
        String.raw`|'[^'\n]{3,}')`,
      ].join(""),
      "g",
    ),
  },
  // Authorization: SSWS 00a…: the scheme may be any word
  {
    kind: "token",
    needs: ["authorization"],
    find: new RegExp(
      [
        String.raw`(?<before>\bauthorization\\{0,3}["']?\s{0,2}[:=]\s{0,2}\\{0,3}["']?(?!Digest|AWS4|OA`,
        String.raw`uth)[A-Za-z][\w-]{1,30} )(?<value>[\w.~+/=:-]{8,2000})`,
      ].join(""),
      "gi",
    ),
    accepts: (value) => /\d|[a-z][A-Z]|=$/.test(value) && !isPlaceholder(value),
  },
  {
    kind: "token",
    needs: ["ssws", "geniekey", "sharedkey"],
    find: /(?<before>\b(?:SSWS|GenieKey|SharedKey|GoogleLogin auth=) ?)(?<value>[\w.~+/=:-]{16,400})/gi,
  },
  {
    kind: "secret",
    needs: ["aes", "hmac", "encryption", "cipher", "chacha", "fernet", "symmetric"],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:aes|hmac|encryption|cipher|chacha|fernet|symmetric)[\w-]{0,20} (?:key`,
        String.raw`|secret)[ :=]{1,3}["']?)(?<value>[\w+/=-]{24,200})`,
      ].join(""),
      "gi",
    ),
    accepts: (value) => /\d/.test(value),
  },
  {
    kind: "secret",
    needs: [".login="],
    find: /(?<before>(?:\b|-D)sonar\.(?:login|token)=)(?<value>[\w-]{20,100})/gi,
  },
  { kind: "api-key", needs: ["pat"], find: /(?<![\w.])pat[A-Za-z0-9]{14}\.[\da-f]{40,64}/g },
  // new_password and its repetition
  {
    kind: "secret",
    needs: ["confirm"],
    find: new RegExp(
      [
        String.raw`(?<before>password[^\n]{0,160}\bconfirm(?:ation|ed)?\\{0,3}["']?\s{0,2}(?:=>|[:=])\s`,
        String.raw`{0,2}\\{0,3})(?<value>"[^"\\\n]{3,}"|'[^'\n]{3,}'|[^\s"',;&<>{}()⟨⟩]{3,})`,
      ].join(""),
      "gi",
    ),
  },
  // password......"hunter"
  {
    kind: "secret",
    needs: ["password.."],
    find: /(?<before>password\.{3,80} ?)(?<value>"[^"\n]{3,}"|[^\s".⟨⟩]\S{2,})/gi,
    accepts: (value) => !isPlaceholder(value),
  },
  { kind: "secret", needs: ["=base64:"], find: /(?<before>key=base64:)(?<value>[\w+/]{16,}={0,2})/gi },
  // Terraform: variable "db_password" { default = "hunter" }
  {
    kind: "secret",
    needs: ["default", "value", "result"],
    find: new RegExp(
      [
        String.raw`(?<before>"[\w-]{0,40}(?:${PASSWORD}|secret|token|api_key)"(?: "[\w-]{1,60}")?\s{0,3`,
        String.raw`}\{[^{}]{0,300}?\b(?:default|value|result)\s{0,4}=\s{0,4})(?<value>"[^"\n⟨⟩$]{3,}")`,
      ].join(""),
      "giu",
    ),
  },
  { kind: "secret", needs: ["n'"], find: /(?<before>\bpassword\s{0,2}=\s{0,2}N)(?<value>'[^'\n⟨⟩]{3,}')/gi },
  {
    kind: "secret",
    needs: ["_credentials"],
    find: /(?<before>security_credentials["']?\s{0,2}[,=]\s{0,2})(?<value>"[^"\n⟨⟩]{3,}"|'[^'\n⟨⟩]{3,}')/gi,
  },
  {
    kind: "secret",
    needs: [" / "],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:login|logged in|signed? in|credentials?)[ :](?:with |as |using )?[\w.`,
        String.raw`@⟨⟩:-]{1,64} \/ )(?<value>[^\s⟨⟩]{3,100})`,
      ].join(""),
      "gi",
    ),
  },
  {
    kind: "secret",
    needs: ["-stdin"],
    find: new RegExp(
      [
        String.raw`(?<before>\becho (?:-n )?)(?<value>"[^"\n$⟨⟩]{3,}"|'[^'\n⟨⟩]{3,}'|[^\s"'$|⟨⟩-][^\s|⟨`,
        String.raw`⟩]{2,200})(?= ?\| ?[^\n]{0,200}-stdin)`,
      ].join(""),
      "g",
    ),
  },
  { kind: "api-key", needs: ["ac"], run: 32, find: /(?<before>\bAC[\da-f]{32}:)(?<value>[\da-f]{32})(?![\da-f])/g },
  // Card data beside their names: the code on the back, the block of a PIN
  {
    kind: "otp",
    needs: ["cvv", "cvc", "csc", "cid"],
    find: new RegExp(
      [
        String.raw`(?<before>(?<![a-z])(?:cvv2?|cvc2?|csc|card[_-]?code|security[_-]?code)\\{0,3}["']?\s`,
        String.raw`{0,2}(?:=>|[:=])\s{0,2}\\{0,3}["'[]{0,2})(?<value>\d{3,4})(?![\w.])`,
      ].join(""),
      "gi",
    ),
  },
  {
    kind: "secret",
    needs: ["[052]", "de52", "pin_block", "pinblock"],
    find: /(?<before>(?:\[052\]|\bDE52|\bpin_?block)["']?[ :=]{1,3}["']?)(?<value>[\da-f]{16})/gi,
  },
];
