import { CLOSE_PAREN, COLON, OPEN_PAREN, SPACE_BYTE as SPACE, TAB } from "./byte-codes.ts";
import { Prefixes } from "./prefixes.ts";

/** The opening line was not yet tried. */
const UNREAD = -2;
const APOSTROPHE = 39;
/** Only this much of a line is looked at. */
const MAX_PROBED_BYTES = 400;

/** What stands anywhere in a trace and never begins an event, in the order of languages: JVM, .NET, JavaScript, … */
const INNER = new RegExp(
  [
    String.raw`^\s+at \S|^\s*at (?:[\w$./<>@-]+\(|async |new |<anonymous>)`, // JVM, .NET, JavaScript
    String.raw`^\s*(?:Caused by|caused by|Wrapped by|Suppressed): ?\S|^\s*Caused by:$|^\s*\.{3} \d+ (?:more|common frames)`,
    String.raw`^\s*\[CIRCULAR REFERENCE|^\s+- (?:locked|waiting|parking|eliminated) `,
    String.raw`^\s*---> |^\s*--- End of `,
    String.raw`^[\s|]*File ".+", line \d+|^[\s|+]*(?:Exception Group )?Traceback \(most recent call last\)`, // Python
    String.raw`^(?:During handling of|The above exception was the direct cause)|^\s+\|? *[\^~]+$|^\s+[|+]`,
    String.raw`^(?:goroutine \d+ .*\[.+\]:?$|created by \S+|exit status \d+$|\[signal SIG)|^\t\S+\.(?:go|s):\d+`, // Go
    String.raw`^\s*(?:from |\d+: from )?(?:[\w-]+ \([\w.]+\) )?\S+\.(?:rb|erb|rake|ru):\d+:in ['\x60].+?'$`, // Ruby
    String.raw`^(?:PHP )?(?:Stack trace:$|\[stacktrace\]|\[previous exception\]|#\d+ (?:\S+\(\d+\): |\{main\}|\[internal))`,
    String.raw`^(?:PHP )?\s*(?:thrown in \S+ on line \d+|#?\d+\. .+\S+\.php:\d+$)|^"\} ?(?:\[\])?\s*$|^Next \S+: .+ in \S+:\d+$`,
    String.raw`^note: run with |^\s*stack backtrace:$|^\s+\d+: (?:0x[\da-f]+ - )?[\w<{].*::`, // Rust
    String.raw`^\s*\*\* (?:\(|Reason for|Last message|When Server|Generic server|\{)|^ {4}\(\w+ [\w.-]+\) \S+:\d+: `, // Elixir
  ].join("|"),
);

/** In a Go dump: titles, registers and calls. */
const GO_NEXT = new RegExp(
  String.raw`^(?:goroutine |created by |exit status|\[signal |panic: |fatal error: |runtime|r\w{1,5} +0x|PC=|\.\.\.)|` +
    String.raw`^[\w./*()[\]{}@~$·-]+\([^ ]*(?:, [^ ]+)*\)$`,
);

/** What opens a trace, and the lines that may follow it although they have no indentation. */
const BLOCKS: readonly { open: RegExp; next: RegExp | null }[] = [
  { open: /^thread '.*' panicked at /, next: /^note: |^stack backtrace:/ },
  { open: /^=(?:ERROR|CRASH|SUPERVISOR|PROGRESS|INFO) REPORT=/, next: /^\S/ },
  {
    open: /Traceback \(most recent call last\)/,
    next: /^[\w.]+(?:: |$)|^[\w.]*(?:Error|Exception)\b|^\[(?:SQL|parameters): |^\(Background on/,
  },
  { open: /^(?:panic|fatal error|SIG[A-Z]+|unexpected fault)[: ]|^goroutine \d+ .*\[/, next: GO_NEXT },
  { open: /^\S+\.[cm]?[jt]sx?:\d+$/, next: /^(?:\w*Error|Uncaught|throw )\b|^Node\.js v\d/ },
  { open: / terminating$/, next: /^(?:Last message|State|Function|Args|Initial Call|Ancestors|Client )/ },
  { open: /^(?:trce|dbug|info|warn|fail|crit): \S+\[\d+\]$/, next: null },
];
const PANIC_BLOCK = 0;
const REPORT_BLOCK = 1;
/** After a line of a trace, these close an object or end a list. */
const CLOSER = /^[}\])]+[,;]?$|^Node\.js v\d|^\s*\.{3} /;

/** First bytes of lines that `INNER` may match, but for Ruby's frames. A cheap test before the search. */
const MAY_CONTINUE = new Prefixes(
  "at |Caused by|caused by|Wrapped by|Suppressed|... |--->|--- End|Traceback|Exception Group|During handling|The above " +
    "exception|+ |+-|goroutine |created by |exit status |[signal SIG|from |PHP |Stack trace:|[stacktrace]|[previous " +
    'exception]|[CIRCULAR|- |File "|^|~|/|#|thrown in|"}|Next |note: run|stack backtrace|** |0: from|1: from|2: from|3: from|4: from|5: from',
);
/** First bytes of lines that may open a trace. */
const MAY_OPEN = new Prefixes(
  "Traceback|panic|fatal error: |SIG|unexpected fault|goroutine |thread '|=ERROR REP|=CRASH REP|" +
    "=SUPERVISOR REP|=PROGRESS REP|=INFO REP|GenServer |Process |Task |Ranch |State machine |trce: |dbug: |info: |" +
    "warn: |fail: |crit: |/|file:|node:|Exception Group|+ Exception",
);

/**
 * Knows the traces of Java, Kotlin, .NET, JavaScript, Python, Go, Ruby, PHP, Rust, Erlang and Elixir line by line:
 * which lines go on with the trace above them. Lines must come in order.
 */
export class TraceLines {
  /** The trace that the last event is in: an index of `BLOCKS`, -1, or `UNREAD`. */
  private block = -1;
  /** The first line of the last event, from its message. It is read only if a line may go on with it. */
  private opening: Uint8Array = new Uint8Array();
  private openingFrom = 0;
  private openingEnd = 0;
  /** True after a line of a trace. Indented lines then go on with it. */
  private inside = false;

  reset(): void {
    this.block = -1;
    this.inside = false;
  }

  /** True after a line that opened a trace, or belongs to one. */
  get isOpen(): boolean {
    this.readOpening();
    return this.inside || this.block !== -1;
  }

  /** An Erlang report ends with a blank line. Other traces may contain some. */
  passBlank(): void {
    this.readOpening();
    if (this.block === REPORT_BLOCK) this.reset();
  }

  /** Notes an event's first line behind its header, which may open a trace. */
  open(bytes: Uint8Array, from: number, end: number): void {
    this.inside = false;
    this.block = UNREAD;
    this.opening = bytes;
    this.openingFrom = from;
    this.openingEnd = end;
  }

  private readOpening(): void {
    if (this.block !== UNREAD) return;
    const { opening, openingFrom, openingEnd } = this;
    const mayOpen = MAY_OPEN.has(opening, openingFrom, openingEnd);
    this.block = mayOpen ? blockOf(textOf(opening, openingFrom, openingEnd)) : -1;
  }

  /**
   * @param from start of the line behind its header, with its indentation.
   * @param ink the first byte that is not a space.
   * @returns true if the line belongs to the trace of the last event.
   */
  continues(bytes: Uint8Array, from: number, ink: number, end: number): boolean {
    const { isOpen } = this;
    if (ink > from && isOpen) return this.take(bytes, ink, end);
    if (!isOpen && !mayBeInner(bytes, ink, end)) return false;
    const text = textOf(bytes, from, end);
    if (INNER.test(text)) return this.take(bytes, ink, end);
    if (this.inside && CLOSER.test(text)) return true;
    const isNext = BLOCKS[this.block]?.next?.test(text) === true;
    // What a Rust panic says comes on the line after it.
    const isPanic = this.block === PANIC_BLOCK && !this.inside;
    if (isNext || isPanic) this.inside = true;
    else this.reset();
    return isNext || isPanic;
  }

  /** True for a line that is part of a trace wherever it stands. `from`, `ink`: as above. */
  isFrame(bytes: Uint8Array, from: number, ink: number, end: number): boolean {
    if (!mayBeInner(bytes, ink, end) || !INNER.test(textOf(bytes, from, end))) return false;
    return this.take(bytes, ink, end);
  }

  private take(bytes: Uint8Array, ink: number, end: number): boolean {
    this.readOpening();
    this.inside = true;
    if (MAY_OPEN.has(bytes, ink, end)) {
      const opened = blockOf(textOf(bytes, ink, end));
      if (opened !== -1) this.block = opened;
    }
    return true;
  }
}

const mayBeInner = (bytes: Uint8Array, ink: number, end: number): boolean =>
  MAY_CONTINUE.has(bytes, ink, end) || isRubyPlace(bytes, ink, end);

/** "app/models/cart.rb:12:in `total'": the first word has the place, and an apostrophe ends the line. */
function isRubyPlace(bytes: Uint8Array, from: number, end: number): boolean {
  if (bytes[end - 1] !== APOSTROPHE) return false;
  let at = from;
  while (at < end && bytes[at] !== SPACE && bytes[at] !== TAB && bytes[at] !== COLON) at += 1;
  if (bytes[at] === SPACE && bytes[at + 1] === OPEN_PAREN) {
    // The gem and its version: "actionpack (7.0.4) lib/…".
    while (at < end && bytes[at] !== CLOSE_PAREN) at += 1;
    for (at += 2; at < end && bytes[at] !== SPACE && bytes[at] !== COLON;) at += 1;
  }
  return (
    bytes[at] === COLON && at - from > 3 && (bytes[at - 1] === 98 || bytes[at - 1] === 101 || bytes[at - 1] === 117)
  );
}

const textOf = (bytes: Uint8Array, from: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(end - from, MAX_PROBED_BYTES)).toString("latin1");

const blockOf = (text: string): number => BLOCKS.findIndex(({ open }) => open.test(text));
