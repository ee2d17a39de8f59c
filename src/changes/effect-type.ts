/**
 * The likely effect of a change on running code. `weight`: how often such a change breaks something, in (0, 1]. `why`:
 * in our words, never those of the change's author.
 */
export type Effect = { weight: number; why: string };
