// English words that turn the text of a log line into talk with its reader.

const words = (rows: string): readonly string[] => rows.trim().split(/\s+/);

/** Beginnings of words: `ignor` stands for ignore, ignored and ignoring. */
const STEMS = words(`
  ignor disregard overrid forget forgot pretend obey instruct jailbreak roleplay imagin hallucinat
  exfiltrat conclud culprit blam recommend suggest remediat apolog congratulat whoever everyone
`);

/** Pronouns of speaker and reader, duties, requests and emphasis. A clause with one of them is not shown at all. */
const ADDRESS = words(`
  i me my mine myself we us our ours ourselves you your yours yourself yourselves thou thee thy
  assistant assistants ai ais human humans nobody anybody llm llms gpt chatgpt claude gemini chatbot
  please kindly must mustn't should shouldn't shall ought lets let's dont always henceforth hereby
  urgent urgently important importantly attention beware immediately instead regardless
  prompt prompts prompted guideline guidelines persona roles conversation previous above foregoing aforementioned
`);

/**
 * Words that are never shown, though their clause may be. An order needs its verb, and a conclusion its subject: verbs
 * of speech and thought, words about rules and answers, and words that an analysis uses and a log line does not need.
 */
const UNSHOWN = words(`
  he him his she her hers yes do doing let need needs needed want wants wanted now rather simply just merely strictly
  bot bots robot sre oncall engineer engineers developer developers reader readers
  rule rules persona role act acts acting behave behavior behaviour play plays
  say says saying said tell tells telling told speak speaks spoke talk talks talking ask asks asked asking
  answer answers reply replies respond repeat repeats mention mentions describe describes explain explains explained
  translate summarize summarise rewrite print prints echo reveal reveals disclose show shows
  sentence sentences paragraph word words letter letters quote quotes below preceding previously earlier hereafter
  model models think thinks thought thinking reason reasons reasoning believe assume consider remember
  trust trusts trusted confirm confirms confirmed approve approves approved approval click visit browse look note
  notes noted
  root fault faults faulty guilty innocent responsible responsibility verdict cause causes caused causing
  conclusion hypothesis hypotheses evidence finding findings claim claims claimed proof proves proven incident incidents
  confidence certainly definitely surely obviously clearly truth fact facts actual actually really
  fix fixes fixed fixing solution solutions solve solved remedy workaround action actions advice severity rank ranking
  diagnosis diagnose investigate investigation analysis analyst correct correctly best everything anything
`);

/** Words that no name may hold, whatever it names. `model` or `rules` are common in names. */
const NEVER_IN_NAMES = new Set(
  words("you your yours yourself please must should never always assistant prompt previous above chatgpt instead"),
);

const ADDRESSES: ReadonlySet<string> = new Set(ADDRESS);
const HIDDEN: ReadonlySet<string> = new Set([...ADDRESS, ...UNSHOWN]);

const hasDeniedStem = (word: string): boolean => STEMS.some((stem) => word.startsWith(stem));

/** True for a word (lower case) that addresses or orders a reader: its whole clause is withheld. */
export const addressesReader = (word: string): boolean => ADDRESSES.has(word) || hasDeniedStem(word);

/** True for a word (lower case) that the vocabulary may not hold. */
export const isNeverShown = (word: string): boolean => HIDDEN.has(word) || hasDeniedStem(word);

/** These begin like an order, but services have such names: `recommender`. */
const NAMED_THING = /^recommend(?:ation|er)/;

/** True for a word (lower case) that no name may hold. */
export const isDeniedInNames = (word: string): boolean =>
  NEVER_IN_NAMES.has(word) || (hasDeniedStem(word) && !NAMED_THING.test(word));
