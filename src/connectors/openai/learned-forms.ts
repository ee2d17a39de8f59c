import { CHARACTERS_PER_TOKEN } from "./context-length.ts";
import { firstForm, type RequestForm } from "./request-form.ts";
import type { ModelSettings } from "./model-settings.ts";

/** What this process knows of a model: the form that its server accepts, its context and how long its tokens are. */
export type Learned = { form: RequestForm; contextTokens: number | null; charactersPerToken: number };

/** By server and model. */
export type LearnedForms = Map<string, Learned>;

/** The entry of a model, made on first use. */
export function learnedOf(forms: LearnedForms, server: string, settings: ModelSettings): Learned {
  const key = `${server} ${settings.azure?.deployment ?? ""} ${settings.model} ${JSON.stringify(settings.capabilities)}`;
  const known = forms.get(key);
  if (known !== undefined) return known;
  const fresh = {
    form: firstForm(settings),
    contextTokens: settings.contextTokens,
    charactersPerToken: CHARACTERS_PER_TOKEN,
  };
  forms.set(key, fresh);
  return fresh;
}
