import { isCount, isMixed, isPlaceholder } from "./redact-judge.ts";
import { FINDING } from "./redact-named.ts";
import { anyOf, type MaskRule } from "./redact-rule.ts";
import { PASSWORD, PASSWORD_NEEDS } from "./redact-words.ts";

// Credentials in sentences, in command lines and in the arguments of calls.

const WRONG = anyOf(
  "incorrect[aeo]?|wrong|invalid[ao]?|bad|falsch|ungültig|incorrecte|inválid[ao]|errad[ao]|sbagliata|errata|onjuist|fel",
);
/** Words behind "password" that say what happened to it. */
const STATE =
  /^(?:authentication|auth|check|hash|reset|change|policy|manager|encoder|for|of|rotation|expiry|expired?|update|lookup|verification|falsch|ungültig|abgelaufen|geändert|zurückgesetzt|änderung|incorrecte?|incorrecta|errada|invalide|oublié|field|file|and|or|in|on|to|with|from|by|does|did|must|should|cannot|can|will|may|at|protected|length|history|complexity|incorrect|prompt|provided|given|entered|set|store|entry|based|only|login)$/i;
const isState = (value: string): boolean => STATE.test(value.replaceAll(/^["']|["':.,]+$/g, ""));

export const PROSE_RULES: readonly MaskRule[] = [
  // wrong password "hunter"; password was 'hunter'; パスワード「hunter」
  {
    kind: "secret",
    needs: PASSWORD_NEEDS,
    find: new RegExp(
      String.raw`(?<before>${PASSWORD}(?: (?:is|was|ist|war|est|es|é|given|entered|used|tried|value)){0,2}[ \t:]{0,2})(?<value>"[^"\n⟨⟩]{3,200}"|'[^'\n⟨⟩]{3,200}'|「[^」\n⟨⟩]{3,200}」|[“„][^”“\n⟨⟩]{3,200}[”“]|«[^»\n⟨⟩]{3,200}»)`,
      "giu",
    ),
    accepts: (value) => !isPlaceholder(value) && !/^["'][\s,;:)\]}=+]/.test(value),
  },
  // the password for svc-report is hunter
  {
    kind: "secret",
    needs: PASSWORD_NEEDS,
    find: new RegExp(
      String.raw`(?<before>${PASSWORD} (?:for|of|to|on|für|von|de|del|para|pour|do|voor) [^\s]{1,64} (?:is|was|ist|war|lautet|est|es|é)(?: now)?:? )(?<value>[^\s⟨⟩]{3,200})`,
      "giu",
    ),
    accepts: (value) =>
      !isPlaceholder(value) && !/^(?:not|too|now|being|about|going|set|still|already|only|wrong)$|ed\W*$/i.test(value),
  },
  // Contraseña incorrecta: hunter
  {
    kind: "secret",
    needs: PASSWORD_NEEDS,
    find: new RegExp(
      String.raw`(?<before>${PASSWORD} ${WRONG} ?[:=：] ?)(?<value>"[^"\n]+"|'[^'\n]+'|[^\s"',;&<>\[\]{}()⟨⟩]{3,200})(?=[\s"',;)\]]|$)`,
      "giu",
    ),
    accepts: (value) => !isPlaceholder(value) && !isState(value),
  },
  // Passwort hunter für Benutzer ada; item password Hunter2
  {
    kind: "secret",
    needs: PASSWORD_NEEDS,
    find: new RegExp(
      String.raw`(?<before>(?<![\p{L}\d])${PASSWORD}[ \t]+)(?<value>[^\s"'=:;,<>{}()\[\]⟨⟩]{4,100})(?= (?:for|für|pour|para|per|voor|för|dla|для)(?: |$)|[ \t]*$)`,
      "giu",
    ),
    accepts: (value, before) =>
      !isPlaceholder(value) &&
      !isState(value) &&
      !isCount(value) &&
      (/^(?:pass(?:word|wd|phrase|code)?|pwd)\s/i.test(before) ? /\d|\p{Lu}/u.test(value) : true),
  },
  // A whole line of YAML or of properties: the value goes on to its end.
  {
    kind: "secret",
    needs: [...PASSWORD_NEEDS, "secret"],
    find: new RegExp(
      String.raw`(?<before>^[ \t]*(?:- )?(?:[\w-]{1,40}\.){0,4}(?:[\w-]{1,40}[_-])?(?:${PASSWORD}|secret): )${FINDING}(?<value>[^\s"'{}\[\]<>|=:⟨⟩$&*#][^\n"'{}\[\]<>|=:⟨⟩#]{3,200}?)(?=[ \t]*(?:#|$))`,
      "gimu",
    ),
    accepts: (value) => / /.test(value) && !isPlaceholder(value),
  },
  // Login incorrect: [ada/hunter]
  {
    kind: "credentials",
    needs: ["login", "auth"],
    find: /(?<before>\b(?:login|auth)[\w ]{0,20}(?:incorrect|invalid|failed|ok)[^\n[(]{0,20}\[)(?<value>[^\s\]/⟨⟩]{1,64}\/[^\]\n⟨⟩]{3,100})(?=\])/gi,
  },
  {
    kind: "secret",
    needs: ["psk", "wpa_passphrase", "presharedkey", "community"],
    find: /(?<before>\b(?:psk|wpa_passphrase|preshared_?key|community)\s{0,2}[=:]\s{0,2})(?<value>"[^"\n⟨⟩]+"|[^\s"⟨⟩]{3,200})/gi,
  },
  // Command lines whose flags hold a password
  {
    kind: "secret",
    needs: ["ldap", "snmp"],
    find: /(?<before>\b(?:ldap\w{1,12}\b[^\n]{0,300}? -w|snmp\w{2,12}\b[^\n]{0,100}? -(?:c|A|X)) ?)(?<value>"[^"\n]+"|'[^'\n]+'|(?!-)[^\s"'⟨⟩]{3,100})/g,
  },
  {
    kind: "credentials",
    needs: ["sqlplus", "expdp", "impdp", "rman", "sqlldr"],
    find: /(?<before>\b(?:sqlplus|expdp|impdp|rman|sqlldr)\b[^\n@]{0,60}? (?:userid=)?)(?<value>[\w$#]{1,40}\/[^\s@/⟨⟩]{1,100})(?=@|\s|$)/gi,
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
    find: /(?<before>\b\w{0,20}(?:login|log_in|sign_?in|authenticate|simple_bind|bind|auth|attempt)\(\s?(?:Array\(|\[)?(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|⟨[^⟩]{1,40}⟩), )(?<value>"[^"\n]{3,}"|'[^'\n]{3,}')(?=[,)\]])/gi,
    accepts: (value) => !isPlaceholder(value),
  },
  {
    kind: "secret",
    needs: ["connect(", "__construct(", "pdo(", "getconnection("],
    find: /(?<before>\b(?:\w{0,20}connect|PDO->__construct|new PDO|getConnection)\((?:"[^"\n]{0,300}"|'[^'\n]{0,300}'), (?:"[^"\n]{0,100}"|'[^'\n]{0,100}'), )(?<value>"[^"\n]{3,}"|'[^'\n]{3,}')/g,
  },
  // Authorization: SSWS 00a…: the scheme may be any word
  {
    kind: "token",
    needs: ["authorization"],
    find: /(?<before>\bauthorization\\{0,3}["']?\s{0,2}[:=]\s{0,2}\\{0,3}["']?(?!Digest|AWS4|OAuth)[A-Za-z][\w-]{1,30} )(?<value>[\w.~+/=:-]{8,2000})/gi,
    accepts: (value) => /\d|[a-z][A-Z]|=$/.test(value) && !isPlaceholder(value),
  },
  {
    kind: "token",
    needs: ["ssws", "geniekey", "sharedkey"],
    find: /(?<before>\b(?:SSWS|GenieKey|SharedKey|GoogleLogin auth=) ?)(?<value>[\w.~+/=:-]{16,400})/gi,
  },
  // What OAuth and mailed links put into addresses and forms
  {
    kind: "token",
    needs: ["code", "?t=", "&t=", "ticket", "otk=", "assertion", "?k=", "&k=", "invit", "magic"],
    find: /(?<before>[?&\s"](?:code(?:_verifier)?|t|k|ticket|otk|invit\w{0,10}|magic\w{0,10}|(?:client_|device_)?assertion|device_code|user_code)=)(?<value>[\w.~+/%-]{20,2000})/gi,
    accepts: (value) => isMixed(value),
  },
  {
    kind: "token",
    needs: ["code"],
    find: /(?<before>\bcode ["']?)(?<value>[\w-]{20,200})(?![\w.-])/gi,
    accepts: (value) => isMixed(value),
  },
  {
    kind: "secret",
    needs: ["aes", "hmac", "encryption", "cipher", "chacha", "fernet", "symmetric"],
    find: /(?<before>\b(?:aes|hmac|encryption|cipher|chacha|fernet|symmetric)[\w-]{0,20} (?:key|secret)[ :=]{1,3}["']?)(?<value>[\w+/=-]{24,200})/gi,
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
    find: /(?<before>password[^\n]{0,160}\bconfirm(?:ation|ed)?\\{0,3}["']?\s{0,2}(?:=>|[:=])\s{0,2}\\{0,3})(?<value>"[^"\\\n]{3,}"|'[^'\n]{3,}'|[^\s"',;&<>{}()⟨⟩]{3,})/gi,
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
      String.raw`(?<before>"[\w-]{0,40}(?:${PASSWORD}|secret|token|api_key)"(?: "[\w-]{1,60}")?\s{0,3}\{[^{}]{0,300}?\b(?:default|value|result)\s{0,4}=\s{0,4})(?<value>"[^"\n⟨⟩$]{3,}")`,
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
    find: /(?<before>\b(?:login|logged in|signed? in|credentials?)[ :](?:with |as |using )?[\w.@⟨⟩:-]{1,64} \/ )(?<value>[^\s⟨⟩]{3,100})/gi,
  },
  {
    kind: "secret",
    needs: ["-stdin"],
    find: /(?<before>\becho (?:-n )?)(?<value>"[^"\n$⟨⟩]{3,}"|'[^'\n⟨⟩]{3,}'|[^\s"'$|⟨⟩-][^\s|⟨⟩]{2,200})(?= ?\| ?[^\n]{0,200}-stdin)/g,
  },
  // Mailed links: /reset/4f1c…
  {
    kind: "token",
    needs: [
      "/reset",
      "/login/",
      "/magic",
      "/invite",
      "/confirm",
      "/verify",
      "/activate",
      "/unsubscribe",
      "/signin",
      "/recover",
    ],
    find: /(?<before>\/(?:password[_-]?reset|reset(?:[_-]?password)?|login|magic(?:[_-]?link)?|invit\w{1,8}|confirm\w{0,9}|verify\w{0,8}|activat\w{1,4}|unsubscribe|sign[_-]?in|recover)\/)(?<value>[\w-]{20,400})(?![\w-])/gi,
    accepts: (value) => isMixed(value) || /^[\da-f]{32,}$/i.test(value),
  },
  { kind: "api-key", needs: ["ac"], run: 32, find: /(?<before>\bAC[\da-f]{32}:)(?<value>[\da-f]{32})(?![\da-f])/g },
  // Card data beside their names: the code on the back, the block of a PIN
  {
    kind: "otp",
    needs: ["cvv", "cvc", "csc", "cid"],
    find: /(?<before>(?<![a-z])(?:cvv2?|cvc2?|csc|card[_-]?code|security[_-]?code)\\{0,3}["']?\s{0,2}(?:=>|[:=])\s{0,2}\\{0,3}["'[]{0,2})(?<value>\d{3,4})(?![\w.])/gi,
  },
  {
    kind: "secret",
    needs: ["[052]", "de52", "pin_block", "pinblock"],
    find: /(?<before>(?:\[052\]|\bDE52|\bpin_?block)["']?[ :=]{1,3}["']?)(?<value>[\da-f]{16})/gi,
  },
];
