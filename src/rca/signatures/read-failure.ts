import { FAILURE_SIGNATURES } from "./catalogue.ts";
import type { FailureSignature } from "./failure-signature.ts";
import { messagesOf } from "./message.ts";
import { type PeerName, peerIn, peerName } from "./peer-name.ts";
import { answeredBy } from "./relayed-answer.ts";
import { type CompiledPhrase, compilePhrase, wordsIn } from "./phrase.ts";

/** A known failure message. `sentence`: the part of the record that holds it. `peer`: the other end that it names. */
export type FailureReading = {
  signature: FailureSignature;
  sentence: string;
  peer: PeerName | null;
  /** Set if the writer relays a server's answer, as drivers do: the server's technology, empty if unknown. */
  relayedFrom: string | null;
  /** The service whose failing answer the sentence quotes, before what it states. */
  answeredBy: PeerName | null;
};

type Candidate = CompiledPhrase & { signature: FailureSignature; rank: number };

/**
 * Candidate phrases by a word that each holds. `rank`: most certain and longest first, so the lowest rank is the best
 * match.
 */
const BY_WORD: ReadonlyMap<string, Candidate[]> = Map.groupBy(
  FAILURE_SIGNATURES.flatMap((signature) => signature.phrases.map((phrase) => ({ signature, phrase })))
    .toSorted((a, b) => b.signature.weight - a.signature.weight || b.phrase.length - a.phrase.length)
    .map(({ signature, phrase }, rank) => ({ ...compilePhrase(phrase), signature, rank })),
  ({ word }) => word,
);

/** From this weight on, the innermost cause decides. */
const SURE = 2;

/** Exceptions of drivers and clients, by technology: they quote the answer of a server. */
const DRIVERS: readonly [technology: string, pattern: RegExp][] = [
  ["postgres", /PSQLException|psycopg|asyncpg|\bpq:|pgx|pgconn|PG::|Npgsql|org\.postgresql/],
  [
    "mysql",
    /pymysql|MySQLdb|mysql\.connector|Mysql2::|MySqlException|com\.mysql|SQLSyntaxErrorException|\bER_[A-Z_]{4,}/,
  ],
  ["oracle", /oracle\.jdbc|OracleException|cx_Oracle|oracledb\./],
  ["sqlserver", /SQLServerException|Microsoft\.Data\.SqlClient|System\.Data\.SqlClient|pymssql|pyodbc/],
  ["mongodb", /MongoServerError|MongoCommandException|pymongo\.errors|MongoWriteException/],
  ["redis", /redis\.exceptions|ReplyError|RedisCommandExecutionException|JedisDataException|Redis::CommandError/],
  ["elasticsearch", /ElasticsearchStatusException|elasticsearch\.exceptions|ResponseError/],
  ["rabbitmq", /AmqpIOException|pika\.exceptions|ShutdownSignalException/],
  [
    "sql",
    new RegExp(
      "SQLSTATE|SQLException|sqlalchemy\\.exc|ActiveRecord::|SqlException|SequelizeDatabaseError|PrismaClient|sqlx::|" +
        "QueryFailedError|PDOException|org\\.hibernate|JDBCException|DataAccess\\w*Exception",
    ),
  ],
  [
    "",
    /upstream(?: answered| returned)?:|server (?:replied|responded|answered|returned)|from (?:the )?server:|rpc error: code/i,
  ],
];

/** The technology of the server whose answer a driver relays; empty if unknown, null if nothing is relayed. */
const relayedFrom = (raw: string): string | null => DRIVERS.find(([, pattern]) => pattern.test(raw))?.[0] ?? null;

/**
 * Reads the failure that a record states. The innermost cause of a stack trace decides if it names the fault or its
 * place; otherwise the most certain sentence of the record does.
 *
 * @param raw a raw line or record, with its stack trace if it has one.
 * @returns null if the record, without its client text, holds no known failure message.
 */
export function readFailure(raw: string): FailureReading | null {
  const messages = messagesOf(raw);
  const readings = messages.flatMap((sentence) => readSentence(sentence) ?? []);
  const best = readings.reduce<(typeof readings)[number] | null>(
    (known, reading) =>
      known === null || (known.signature.weight < SURE && reading.signature.weight > known.signature.weight)
        ? reading
        : known,
    null,
  );
  if (best === null) return null;
  const peer = best.peer ?? messages.reduce<PeerName | null>((known, message) => known ?? peerIn(message), null);
  return { ...best, peer, relayedFrom: relayedFrom(raw.slice(0, MAX_RELAY_CHARS)) };
}

/** True if a text states a fault or names the place of one. */
export const statesFailure = (text: string): boolean => (readFailure(text)?.signature.weight ?? 0) >= SURE;

const MAX_RELAY_CHARS = 4000;

function readSentence(sentence: string): Omit<FailureReading, "relayedFrom"> | null {
  const candidates = [...new Set(wordsIn(sentence))].flatMap((word) => BY_WORD.get(word) ?? []);
  for (const { signature, pattern } of candidates.toSorted((a, b) => a.rank - b.rank)) {
    const match = pattern.exec(sentence);
    if (match === null || isDenied(sentence, match.index, match.index + match[0].length)) continue;
    const captured = match.slice(1).find((part) => part !== undefined);
    const named = captured === undefined ? null : peerName(captured);
    return {
      signature,
      sentence,
      peer: named ?? peerIn(sentence),
      answeredBy: answeredBy(sentence.slice(0, match.index)),
    };
  }
  return null;
}

/** Words before a message that negate it, or only mention it: retry settings, recoveries, examples, checks. */
const DENIED_BEFORE = new RegExp(
  [
    String.raw`(?:\b(?:0|no|zero|without|never)`,
    String.raw`\b(?:retry|retries|retryable|retrying)[\s_-]?(?:on|for|if|when|codes?|errors?)\b.{0,60}`,
    String.raw`\b(?:recovered from|resolved|cleared|no longer|fixed|handles?|handling|ignor(?:e|ed|es|ing)|in case of)\b.{0,40}`,
    String.raw`\b(?:simulat\w+|for example|e\.g\.|avoids?|prevents?|protects? against|guards? against)\b.{0,40}`,
    String.raw`\b(?:checks? for|checking for|test(?:ing)? for)\b.{0,40})["'\s:=]*$`,
  ].join("|"),
  "i",
);
/** A counter of zero. */
const DENIED_AFTER = /^["'\])]?\s?(?:errors?|events?|count|total)?["']?\s?[:=]\s?"?0(?:\.0+)?(?![\w.])/i;

/** Inside a path: `not found: /files/No space left on device`. */
const IN_PATH = /(?:^|[\s"'(=])\/\S*$/;

const isDenied = (sentence: string, from: number, to: number): boolean =>
  IN_PATH.test(sentence.slice(Math.max(0, from - 200), from)) ||
  DENIED_BEFORE.test(sentence.slice(Math.max(0, from - 100), from)) ||
  DENIED_AFTER.test(sentence.slice(to, to + 40));
