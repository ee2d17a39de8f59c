/** What a change can do to what runs. `weight`: how often such a change breaks something, in (0, 1]; `why`: in words of ours, never of the change's author. */
export type Effect = { weight: number; why: string };
