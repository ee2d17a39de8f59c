/** Action ids of buttons and menus, as Slack sends them back. */
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

/** Input fields of modals: one id for the block and its input. */
export const FIELD = { note: "causeway.note", cause: "causeway.cause", reason: "causeway.reason" } as const;

/**
 * The block id that carries the analysis id of a card: the value of a menu option is too short for it. Cards in Slack
 * keep this form.
 */
export const inspectBlock = {
  of: (analysisId: string): string => `look|${analysisId}`,
  read: (blockId: string): string | null => (blockId.startsWith("look|") ? blockId.slice("look|".length) : null),
} as const;
