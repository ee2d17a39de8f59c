/** Ids of what can be pressed, as Slack gives them back. */
export const PRESS = {
  evidence: "causeway.evidence",
  similar: "causeway.similar",
  whyNot: "causeway.why-not",
  rerun: "causeway.rerun",
  approve: "causeway.approve",
  reject: "causeway.reject",
  right: "causeway.thumb-up",
  wrong: "causeway.thumb-down",
  page: "causeway.page",
  back: "causeway.page-back",
  outcome: "causeway.outcome",
  pick: "causeway.pick",
} as const;

/** Ids of modals. */
export const MODAL = {
  evidence: "causeway.modal.evidence",
  similar: "causeway.modal.similar",
  whyNot: "causeway.modal.why-not",
  decide: "causeway.modal.decide",
  correct: "causeway.modal.correct",
  notice: "causeway.modal.notice",
} as const;

/** Fields of modals: a block, and the input in it. */
export const FIELD = { note: "causeway.note", cause: "causeway.cause" } as const;

/** The block of a card that names its analysis: the value of an option is too short for that. */
export const lookBlock = {
  of: (analysisId: string): string => `look|${analysisId}`,
  read: (blockId: string): string | null => (blockId.startsWith("look|") ? blockId.slice("look|".length) : null),
} as const;
