const any = (words: string): string => `(?:${words.trim().split(/\s+/).join("|")})`;

/** Words of failure, and those of them that count something. */
const COUNTED =
  any(String.raw`errors errno failures exceptions warnings retries timeouts killed dropped rejected aborted
  denied refused lost dead alerts problems issues crashes faults panics`);
const TROUBLE = any(String.raw`${COUNTED} error err fail(?:ed|ure|s)? exception fault panic fatals? criticals? crit
  warn(?:ing)? retry timeout timed[_\s-]?out missing invalid alert problem issue crash(?:ed)? unavailable unreachable`);
/** Words that make a name of the word before them: an error handler is no error. */
const THING = any(String.raw`handl(?:ers?|ing) pages? polic(?:y|ies) logs? logg(?:er|ing) report(?:ers?|ing) levels?
  thresholds? counters? mapp(?:ers?|ing) resolvers? filters? boundar(?:y|ies) channels? queues? topics? banners? managers?
  rules? config(?:uration)?s? settings? values? budgets? listeners? middlewares? catalogs? translat(?:ors?|ion) modes?
  class(?:es)? types? templates?`);
/** A value that says "nothing": zero, or no value. A masked value says nothing about failure either. */
const ZERO = String.raw`(?:0(?:\.0+)?%?|nil|null|none|undefined|n/?a|-)(?![\w.]*[a-z])`;
const NO = String.raw`(?:no|false|off|ok|success)(?=\s*(?:$|[,;)}\]"'|]))`;
const OPENERS = String.raw`["'<([{]*`;
const NOTHING = String.raw`${OPENERS}(?:${ZERO}|${NO}|["'\])}])`;
const MASKED = String.raw`${OPENERS}<\*>`;

/**
 * Phrases that hold a word of failure and tell of none: counters that are zero, empty values, settings, names, and
 * what did not happen.
 */
const HARMLESS: readonly RegExp[] = [
  // `errors=0`, `error=<nil>`, `Last_errno: 0`, `"failures": []`
  String.raw`[\w.-]*${TROUBLE}[\w.-]*["']?\s*[=:]\s*${NOTHING}`,
  String.raw`[\w.-]*${TROUBLE}[\w.-]*(?:["']?=|["']:?)\s*${MASKED}`,
  String.raw`[\w.-]*${COUNTED}[\w.-]*:\s*${MASKED}`,
  // `connect_timeout=30s`, `error.log.level=error`
  String.raw`\b[\w.-]*(?:timeout|retr(?:y|ies)|backoff|threshold|max[_-]?\w*)[\w.-]*["']?\s*[=:]\s*["']?[\w.<*>]+`,
  String.raw`\b[\w.-]*(?:level|severity|verbosity)["']?\s*(?:[=:]|\bset to\b|\bis\b|\bto\b)\s*["']?\w+`,
  String.raw`(?<=^|\s)--?[a-z][\w-]*(?:=\S+)?`,
  // `without errors`, `no failed units`, `0 errors`, `<*> warnings`, `not failed`
  String.raw`\b(?:without|no|not|never|zero|nothing|none|any|free of|0|ignor(?:e|ed|ing))\s+(?:\w+\s+){0,2}?${TROUBLE}\b`,
  String.raw`(?:<\*>|\b0)\s+${COUNTED}\b`,
  String.raw`\b(?:on|upon|in case of|if|when)[- ](?:an? )?(?:error|failure|timeout|exception)s?\b`,
  // `error handler`, `alert-banner`, `retry policy`, `errors.log`
  String.raw`\b${TROUBLE}[\s_-]${THING}\b`,
  String.raw`\b${TROUBLE}[-_/.][a-z]\w*`,
  String.raw`\bexit(?:ed)?(?: with)?(?: (?:code|status))?[ =:]+0\b`,
].map((pattern) => new RegExp(pattern, "gi"));

/** Sentences about what a program is set up to do. A failure verb makes them statements of failure again. */
const SETUP = new RegExp(
  String.raw`\b${any(String.raw`regist(?:er|ers|ered|ering) install(?:ed|ing) configur(?:e|ed|ing) enabl(?:e|ed|ing)
    disabl(?:e|ed|ing) initiali[sz](?:ed|ing) load(?:ed|ing) us(?:es|ing) defaults?\sto mapped subscribed listening`)}\b`,
  "i",
);
const FAILS = new RegExp(
  String.raw`\b${any(String.raw`failed fails failing failure refused denied cannot can't could\snot couldn't unable fatal
    panic timed\sout crashed aborted unreachable uncaught unhandled`)}\b`,
  "i",
);

/** The text without the phrases that tell of no failure. Empty for a sentence that only sets something up. */
export function withoutHarmless(text: string): string {
  const rest = HARMLESS.reduce((left, pattern) => left.replace(pattern, " "), text);
  return SETUP.test(rest) && !FAILS.test(rest) ? "" : rest;
}
