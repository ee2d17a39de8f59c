import { isCredential, isPlaceholder } from "./redact-judge.ts";
import { STRONG } from "./redact-named.ts";
import { type MaskRule } from "./redact-rule.ts";

// Credentials that are known by their place: in a header, an address, a command line, a tag.

/** Headers, addresses and command lines: their own syntax shows where a credential is. */
export const PLACED_RULES: readonly MaskRule[] = [
  { kind: "secret", needs: ["cookie"], find: /\b(?<before>(?:set-)?cookie2?["']?:[ \t]*)(?<value>(?!⟨)\S[^\n]*)/gi },
  {
    kind: "token",
    needs: ["bearer", "basic", "token", "apikey", "negotiate", "digest"],
    find: new RegExp(
      [
        String.raw`\b(?<before>(?<scheme>Bearer|Basic|Token|ApiKey|Negotiate)(?:(?:[ \t]|%20|\+)+|[ \t]*\r?\n[ \t]+`,
        String.raw`))(?<value>[\w.~+/-]{8,}=*)`,
      ].join(""),
      "gi",
    ),
    accepts: (value, before) => isCredential(before, value),
  },
  // scheme://user:password@host, where the password may contain "@"; and user:password@tcp(host).
  {
    kind: "credentials",
    needs: ["://"],
    find: /\b(?<before>[a-z][a-z0-9+.-]{0,20}:\/\/)(?<value>[^\s/@:⟨⟩]{0,200}:[^\s/⟨⟩]{1,2000})(?<after>@)/gi,
  },
  // What the miner of templates left of such an address: `postgres:<*>:hunter@<*>/shop`.
  { kind: "credentials", needs: ["<*>:"], find: /(?<before><\*>:)(?<value>[^\s@:/<>⟨⟩]{3,200})(?<after>@)/g },
  // A key alone, as in the DSN of an error tracker.
  { kind: "credentials", needs: ["://"], find: /\b(?<before>https?:\/\/)(?<value>[\da-f]{24,64})(?<after>@)/gi },
  // The same, cut off before its "@". Digits alone are a port.
  {
    kind: "credentials",
    needs: ["://"],
    find: new RegExp(
      [
        String.raw`\b(?<before>[a-z][a-z0-9+.-]{0,20}:\/\/)(?<value>[^\s/@:?#⟨⟩<[]{0,200}:(?!\d{0,5}["'\x60,;:)\]}.]`,
        String.raw`{0,4}(?:…|$))[^\s/@⟨⟩<*…]{1,2000})(?=…|$)`,
      ].join(""),
      "gi",
    ),
  },
  {
    kind: "credentials",
    needs: ["@tcp(", "@unix("],
    find: /\b(?<value>[\w.-]{1,64}:[^\s/@:]{1,200})(?<after>@)(?=(?:tcp|unix)\()/g,
  },
  {
    kind: "credentials",
    needs: ["jdbc:"],
    find: /\b(?<before>jdbc:oracle:\w{1,8}:)(?<value>[\w$#.-]{1,64}\/[^\s@/]{1,200})(?<after>@)/gi,
  },
  {
    kind: "credentials",
    needs: ["curl", "wget", "http", "etcdctl", "influx", "lftp", "svn"],
    find: new RegExp(
      [
        [
          String.raw`\b(?<before>(?:curl|http|https|wget|etcdctl|influx|lftp|svn)\b[^\n]{0,200}? (?:-u|--`,
          String.raw`user|-a|--auth)[ =]["']?)(?<value>`,
        ].join(""),
        String.raw`[^\s:"'⟨⟩]{1,64}:[^\s"'⟨⟩]{1,200})`,
      ].join(""),
      "gi",
    ),
  },
  {
    kind: "secret",
    needs: ["mysql", "mariadb", "mongo", "sshpass", "login", "redis-cli"],
    find: new RegExp(
      [
        String.raw`\b(?<before>(?:(?:mysql|mariadb|mysqldump|mysqladmin)\b[^\n]{0,200}? -p|(?:mongo\w{0,8}|`,
        String.raw`(?:docker|podman|helm|skopeo|oc|az)[^\n]{1,30}login)\b[^\n]{0,200}? -p[ \t]|redis-cli\b[^\n]`,
        String.raw`{0,200}? -a[ \t]|sshpass -p[ \t]?))(?<value>[^\s"'⟨⟩-][^\s"'⟨⟩]{2,})`,
      ].join(""),
      "g",
    ),
  },
  {
    kind: "secret",
    needs: ["machine", "identified", "password"],
    find: new RegExp(
      [
        String.raw`(?<before>\blogin [^\s⟨⟩]{1,64} password |\bidentified (?:with \w{1,40} )?by |\b(?:set|with|encr`,
        String.raw`ypted) password[ =]{1,3}(?:for \S{1,64} = )?(?=["']))(?<value>"[^"\n]+"?|'[^'\n]+'?|(?<=password`,
        String.raw` )[^\s⟨⟩]{3,})`,
      ].join(""),
      "gi",
    ),
    accepts: (value) => !isPlaceholder(value),
  },
  {
    kind: "secret",
    needs: ["auth", "requirepass"],
    find: new RegExp(
      [
        [
          String.raw`(?<before>"auth" (?!"\w{1,64}" ⟨)(?:"\w{1,64}" )?|\brequirepass[ "]{1,3}|\bmasteraut`,
          String.raw`h[ "]{1,3})(?<value>"[^"\n]+`,
        ].join(""),
        String.raw`"?|(?<!")[^\s"⟨⟩]{3,})`,
      ].join(""),
      "gi",
    ),
    accepts: (value) => !isPlaceholder(value),
  },
  {
    kind: "secret",
    needs: ["</"],
    find: new RegExp(
      String.raw`(?<before><(?:\w{1,20}[:_-])?(?:${STRONG}|token)[^<>]{0,80}>)(?<value>[^<>⟨⟩\n]{3,400})(?=<\/)`,
      "gi",
    ),
    accepts: (value) => !isPlaceholder(value),
  },
];
