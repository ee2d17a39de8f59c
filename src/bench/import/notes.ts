/** Something of the source that did not become part of the suite, or a known defect of it. */
export type ImportNote = {
  type: "dropped" | "defect" | "fact";
  what: string;
  /** Dropped: why. Defect: how it was handled. */
  how: string;
  count: number;
  /** The first few places. They may name the fault, so they lie with the answers. */
  where: string[];
};

export type ImportNotes = {
  dropped(what: string, why: string, where: string, count?: number): void;
  defect(what: string, handled: string, where: string, count?: number): void;
  /** What a reader of the suite should know. */
  fact(what: string): void;
  readonly all: readonly ImportNote[];
};

const MAX_PLACES = 3;

export function importNotes(): ImportNotes {
  const byText = new Map<string, ImportNote>();
  const add = (note: ImportNote): void => addNote(byText, note);
  return {
    dropped: (what, how, where, count = 1) => add({ type: "dropped", what, how, count, where: [where] }),
    defect: (what, how, where, count = 1) => add({ type: "defect", what, how, count, where: [where] }),
    fact: (what) => add({ type: "fact", what, how: "", count: 1, where: [] }),
    get all() {
      return [...byText.values()];
    },
  };
}

function addNote(byText: Map<string, ImportNote>, note: ImportNote): void {
  const key = `${note.type}\0${note.what}\0${note.how}`;
  const known = byText.get(key);
  if (known === undefined) byText.set(key, { ...note, where: note.where.slice(0, MAX_PLACES) });
  else {
    known.count += note.count;
    for (const place of note.where)
      if (known.where.length < MAX_PLACES && !known.where.includes(place)) known.where.push(place);
  }
}

/** The notes of all parts of an import, equal ones added up. */
export function mergeNotes(parts: Iterable<readonly ImportNote[]>): ImportNote[] {
  const byText = new Map<string, ImportNote>();
  for (const part of parts) for (const note of part) addNote(byText, note);
  return [...byText.values()];
}
