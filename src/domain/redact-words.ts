import { anyOf } from "./redact-rule.ts";

// What passwords and keys are called, in the languages that logs are written in.

/** Words for a password. */
export const PASSWORD = anyOf(
  String.raw`password|passwd|passphrase|pwd|(?<![a-z])pass|passcode`,
  [
    String.raw`pass?wort|kennwort|zugangscode|mot[_ ]?de[_ ]?passe|(?<![a-z])mdp|contrase(?:ñ|n)a|c`,
    String.raw`ontrasenya|(?<![a-z])senha`,
  ].join(""),
  [
    String.raw`palavra[_ -]?passe|wachtwoord|l(?:ö|o)senord|adgangskode|passord|kodeord|salasana|sa`,
    String.raw`las(?:õ|o)na|lykilor(?:ð|d)`,
  ].join(""),
  [
    String.raw`parola(?:[_ ]?d'?ordine)?|parol(?:ă|a|ė|e)(?![a-z])|(?<![a-z])has(?:ł|l)o(?![a-z])|(`,
    String.raw`?<![a-z])heslo|jelsz(?:ó|o)|lozinka|(?<![a-z])geslo|slapta(?:ž|z)odis`,
  ].join(""),
  [
    String.raw`fjal(?:ë|e)kalimi?|(?:ş|s)ifre|kata[_ ]?sandi|kata[_ ]?laluan|m(?:ậ|a)t[_ ]?kh(?:ẩ|a`,
    String.raw`)u|nywila|(?<![a-z])clave(?![a-z])|pasahitza|contrasinal`,
  ].join(""),
  String.raw`парол[ья]|пароля|лозинка|парола|κωδικός|συνθηματικό|密码|密碼|口令|パスワード|暗証番号|비밀번호|암호`,
  String.raw`كلمة المرور|كلمة السر|رمز عبور|گذرواژه|סיסמה|סיסמא|पासवर्ड|পাসওয়ার্ড|รหัสผ่าน|கடவுச்சொல்`,
);
export const PASSWORD_NEEDS = [
  "pass|pwd|kennwort|zugangscode|mdp|contras|senha|palavra|wachtwoord|senord|adgangskode|kodeord|salas|lykil|parol|has",
  "|heslo|jelsz|lozinka|geslo|slapta|fjal|ifre|sandi|laluan|kh|nywila|clave|pasahitza|парол|лозинка|κωδικ|συνθημ|密|口令|パス|暗証",
  "|비밀|암호|كلمة|رمز|گذر|סיסמ|पासवर्ड|পাস|รหัส|கடவு",
]
  .join("")
  .split("|");

/** Words for a key or a token of an interface. */
export const FOREIGN_KEY = anyOf(
  [
    String.raw`(?:clave|chave|cl(?:é|e)|chiave|klucz|ключ|sleutel|nyckel|anahtar)[_ ](?:secreta?|se`,
    String.raw`cr(?:è|e)te|segreta|api|privada|priv(?:é|e)e|privata)`,
  ].join(""),
  [
    String.raw`(?:api|zugangs|zugriffs|geheim)[_-]?schl(?:ü|ue)ssel|zugriffs[_-]?token|geheimnis|je`,
    String.raw`ton[_ ](?:d'acc(?:è|e)s|api)`,
  ].join(""),
  String.raw`секретный ключ|密钥|密鑰|秘密鍵|アクセストークン|비밀키`,
);
export const FOREIGN_KEY_NEEDS =
  "clave|chave|cl|chiave|klucz|ключ|sleutel|nyckel|anahtar|schl|zugriff|geheim|jeton|密钥|密鑰|秘密|トークン|비밀키".split(
    "|",
  );
