import { bitsOf } from "./redact-judge.ts";
import { anyOf, type MaskRule } from "./redact-rule.ts";

// Credentials that are known by their form, as their issuers document it.

/** The label of a PEM block that holds a private key. */
const KEY_LABEL = "[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?";
/** A line break as it stands in a text, or escaped in a JSON string. */
const LINE_BREAK = String.raw`(?:\r?\n|\\{1,4}r?\\{0,3}n)[ \t]{0,12}`;

const SLACK_TOKEN = anyOf(
  [String.raw`\bxox[a-z]-[A-Za-z0-9-]{10,}|\bxoxe\.xox[bp]-[\w-]{10,}|\bxapp-[A-Za-z0-9-]{10,}`].join(""),
);
/** Addresses that anybody who knows them may post to. The host stays. */
const WEBHOOK_HOSTS = anyOf(
  String.raw`hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/`,
  String.raw`(?:canary\.|ptb\.)?discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/`,
  String.raw`[\w.-]{1,64}\.webhook\.office\.com\/webhookb2\/|outlook\.office(?:365)?\.com\/webhook\/`,
  String.raw`hooks\.zapier\.com\/hooks\/catch\/|maker\.ifttt\.com\/(?:use|trigger)\/`,
  String.raw`events(?:\.eu)?\.pagerduty\.com\/(?:integration|generic)\/|alert\.victorops\.com\/integrations\/`,
  String.raw`api\.telegram\.org\/(?:file\/)?bot|hook\.(?:eu\d|us\d|integromat)\.(?:make\.)?com\/|webhook\.site\/`,
);

/** Tokens that begin with a prefix of their issuer. `needs` lists the prefixes again, in lower case. */
const API_KEY = anyOf(
  String.raw`[srp]k[-_](?:live|test|proj|ant|svcacct|admin|or)[-_][\w-]{10,}|sk-[A-Za-z0-9]{20,}|sk-lf-[\w-]{20,}`,
  String.raw`npm_\w{30,}|hf_\w{30,}|pypi-[\w-]{30,}|do[oprs]_v1_[0-9a-f]{30,}|cwk_[\w-]{30,}|rubygems_[0-9a-f]{40,}`,
  String.raw`SG\.[\w-]{16,}\.[\w-]{16,}|hv[sbr]\.[\w-]{20,}|gl(?:sa|c)_[\w+/=]{30,}|dckr_(?:pat|oat)_[\w-]{20,}`,
  String.raw`shp(?:at|ss|ca|pa)_[0-9a-f]{32}|AT(?:ATT|CTT|BB)[\w=-]{20,}|whsec_[\w+/=]{20,}|rk_(?:live|test)_\w{10,}`,
  String.raw`SK[0-9a-f]{32}|key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}|sq0[a-z]{3}-[\w-]{20,}|EAAA[\w-]{56,}`,
  String.raw`dapi[0-9a-f]{32}|NRAK-[A-Z0-9]{24,}|sntry[su]_[\w+/=-]{30,}|lin_api_\w{30,}|ntn_\w{30,}|figd_[\w-]{30,}`,
  String.raw`PMAK-[0-9a-f]{20,}-[0-9a-f]{30,}|dp\.(?:pt|st|ct|sa)\.[\w.-]{30,}|AGE-SECRET-KEY-1[A-Z0-9]{50,}`,
  String.raw`gsk_\w{40,}|r8_\w{30,}|pplx-\w{40,}|xai-\w{40,}|nfp_\w{30,}|sbp_[0-9a-f]{40}|pscale_\w{2,8}_[\w.-]{20,}`,
  String.raw`EAACEdEose0cBA\w{10,}|[\w]{14}\.atlasv1\.[\w-]{50,}|lsv2_(?:pt|sk)_\w{30,}|tfp_\w{30,}|phc_\w{30,}`,
  String.raw`\d{8,10}:AA[\w-]{32,34}`,
);
const API_KEY_NEEDS = [
  "sk-|sk_|rk-|rk_|pk-|pk_|npm_|hf_|pypi-|_v1_|cwk_|rubygems_|sg.|hvs.|hvb.|hvr.|glsa_|glc_|dckr_|shpat_|shpss_|shpca_",
  "|shppa_|atatt|atctt|atbb|whsec_|sk|key-|-us|sq0|eaaa|dapi|nrak-|sntry|lin_api_|ntn_|figd_|pmak-|dp.|age-secret",
  "|gsk_|r8_|pplx-|xai-|nfp_|sbp_|pscale_|eaacede|atlasv1|lsv2_|tfp_|phc_|:aa",
]
  .join("")
  .split("|");

/** How a key begins. It may have been cut off (`ghp_abc…`), or have lost digits in a log template (`AKIAIOSF<*>EX`). */
const KEY_START = anyOf(
  String.raw`(?:AKIA|ASIA)[A-Z]|AIza\w|ya29\.|eyJ\w{5}|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|xapp-`,
  [
    String.raw`[srp]k[-_](?:live|test|proj|ant|svcacct)[-_]|npm_|hf_|pypi-|dop_v1_|cwk_|hv[sb]\.|gl`,
    String.raw`sa_|dckr_pat_|whsec_`,
  ].join(""),
);

/** Whole structures come first, so that no later rule leaves half of one. */
export const KEY_RULES: readonly MaskRule[] = [
  {
    kind: "private-key",
    needs: ["private key"],
    find: new RegExp(String.raw`-----BEGIN ${KEY_LABEL}-----[\s\S]*?(?:-----END ${KEY_LABEL}-----|$)`, "g"),
  },
  // PuTTY's format, and the last lines of a block whose beginning is in another record.
  { kind: "private-key", needs: ["private-lines:"], find: /\bPrivate-Lines: \d{1,3}[\s\S]*?(?=\nPrivate-MAC|$)/g },
  {
    kind: "private-key",
    needs: ["private key"],
    find: new RegExp(String.raw`(?<![\w+/=])[\w+/=]{16,100}${LINE_BREAK}-----END ${KEY_LABEL}-----`, "g"),
  },
  {
    kind: "private-key",
    needs: [],
    run: 60, // a line of a block that was logged line by line
    find: /(?<!\bx-amz-id-2: )(?:^|(?<=[\s|>]))[A-Za-z0-9+/]{60,76}={0,2}(?=[ \t]*$)/gm,
    accepts: (line) => bitsOf(line) > 4.7 && /[a-z]/.test(line) && /[A-Z]/.test(line) && /\d/.test(line),
  },
  {
    kind: "ssh-key",
    needs: ["aaaa"],
    find: new RegExp(
      [
        String.raw`\b(?<before>(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3}|sk-ssh-ed25519@openssh\.com) )`,
        String.raw`(?<value>AAAA[\w+/=]{20,})`,
      ].join(""),
      "g",
    ),
  },
  {
    kind: "jwt",
    needs: ["eyj"],
    find: new RegExp(
      [
        String.raw`(?<!\w)eyJ[\w-]{5,}(?:${LINE_BREAK}[\w-]{5,})*\.(?:${LINE_BREAK})?[\w-]{2,}(?:\.[\w-]*|`,
        String.raw`${LINE_BREAK}[\w-]{8,}(?=\.|\\?["']|[ \t]*(?:\r?\n|$)))*`,
      ].join(""),
      "g",
    ),
  },
  {
    kind: "aws-key",
    needs: ["akia", "asia", "agpa", "aida", "aroa", "anpa"],
    find: /\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{16}\b/g,
  },
  {
    kind: "google-key",
    needs: ["aiza", "ya29.", "gocspx-", "1//0"],
    find: /\bAIza[\w-]{35}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}|(?<![\w/])1\/\/0[\w-]{40,}/g,
  },
  {
    kind: "azure-key",
    needs: ["==", "7q~", "8q~"],
    find: /(?<![\w+/]|sha512-)[A-Za-z0-9+/]{86}==|(?<![\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{31,34}/g,
  },
  {
    kind: "git-token",
    needs: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "gl"],
    find: new RegExp(
      [
        String.raw`\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|gl(?:pat|rt|dt|ptt|oas|agent|soat|cbt|ft|imt)-[\w-]`,
        String.raw`{20,}(?:\.[\w.]{2,20})?)`,
      ].join(""),
      "g",
    ),
  },
  { kind: "slack-token", needs: ["xox", "xapp-"], find: new RegExp(SLACK_TOKEN, "g") },
  {
    kind: "slack-token",
    needs: ["hooks.slack"],
    find: /(?<=hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/)[\w/]{10,}/g,
  },
  {
    kind: "webhook",
    needs: ["hook", "maker.ifttt", "events.pagerduty", "events.eu.pagerduty", "alert.victorops", "api.telegram"],
    find: new RegExp(String.raw`(?<before>${WEBHOOK_HOSTS})(?<value>[^\s"'<>⟨⟩]{10,})`, "gi"),
  },
  { kind: "api-key", needs: API_KEY_NEEDS, run: 12, find: new RegExp(String.raw`(?<![A-Za-z0-9])${API_KEY}`, "g") },
  // Discord: the id of the bot in base64, a time, a signature.
  {
    kind: "api-key",
    needs: ["discord", "bot"],
    find: /(?<![\w.-])[MNO][\w-]{22,26}\.[\w-]{6}\.[\w-]{27,40}(?![\w.-])/g,
  },
  {
    kind: "api-key",
    needs: ["<*>", "…"],
    find: new RegExp(String.raw`\b${KEY_START}[\w.+/=-]{0,200}(?:(?:<\*>[\w+/=-]{0,200}){1,8}|(?=…))`, "g"),
  },
  {
    kind: "password-hash",
    needs: ["$"],
    find: /\$(?:2[abxy]?|[1567y]|argon2(?:id?|d)|scrypt|pbkdf2[\w-]{0,16}|apr1)\$[\w.,=$+/-]{20,}/g,
  },
];
