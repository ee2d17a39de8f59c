import written from "./post-mortems.json" with { type: "json" };

/**
 * Post-mortems written for this test: several companies, several styles, families of one failure told in different
 * words. `family` is the answer: an earlier account of the same family is a right one. `null`: nothing else is like it.
 */
export type WrittenCase = {
  id: string;
  at: string;
  family: string | null;
  title: string;
  symptoms: string;
  text: string;
};

export const POST_MORTEMS: readonly WrittenCase[] = written;
