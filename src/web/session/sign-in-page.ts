import { html } from "hono/html";
import { type Markup, NOTHING, shown } from "../html.ts";
import type { PageContent } from "../layout.ts";

/**
 * `providerLabel`: null without an identity provider. `isOpen`: nobody need sign in now, because no key exists.
 * `failure`: why the last attempt failed. `isPlain`: the key would cross a network without encryption.
 */
export type SignInView = {
  to: string;
  csrfField: Markup;
  providerLabel: string | null;
  isOpen: boolean;
  isPlain: boolean;
  failure: { detail: string; hint: string | null } | null;
};

export const signInPage = (view: SignInView): PageContent => ({
  title: "Sign in",
  section: null,
  main: html`<h1>Sign in</h1>
    ${failurePart(view)} ${view.isOpen ? OPEN : NOTHING}
    ${
      view.providerLabel === null
        ? NOTHING
        : html`<p>
            <a class="button" href="/sign-in/oidc?to=${encodeURIComponent(view.to)}"
              >Sign in with ${shown(view.providerLabel, 80)}</a
            >
          </p>`
    }
    ${view.isPlain ? PLAIN : NOTHING}
    <form method="post" action="/sign-in" class="sign-in">
      ${view.csrfField}<input type="hidden" name="to" value="${view.to}" />
      <p>
        <label for="key">API key</label>
        <input id="key" name="key" type="password" autocomplete="current-password" required maxlength="200" />
      </p>
      <p><button>Sign in</button></p>
    </form>
    <p class="dim">
      <code>causeway keys create &lt;name&gt; --scope read --scope analyse --scope approve</code> makes a key. What you
      may do here is what the key may do.
    </p>`,
});

const failurePart = ({ failure }: SignInView): Markup =>
  failure === null
    ? NOTHING
    : html`<div role="alert" class="failure">
        <p>${shown(failure.detail, 600)}</p>
        ${failure.hint === null ? NOTHING : html`<p>${shown(failure.hint, 600)}</p>`}
      </div>`;

const OPEN = html`<p>
  No API key exists. Until one does, everybody on this machine may see the pages, start analyses and approve actions
  without signing in; other machines cannot reach them. On a machine that others use too, make a key: from then on
  everybody signs in.
</p>`;

const PLAIN = html`<p role="note" class="warning">
  This connection is not encrypted: others on the network can read a key that you type here. Use the https address of
  this server if it has one.
</p>`;

/** After signing out. `providerUrl`: where to sign out of the provider too; null if there is nothing. */
export const signedOutPage = ({ label, url }: { label: string; url: string }): PageContent => ({
  title: "Signed out",
  section: null,
  main: html`<h1>You are signed out of Causeway</h1>
    <p>${shown(label, 80)} may still know you in this browser, and would sign you in again without a question.</p>
    <p><a class="button" href="${url}" rel="noreferrer">Sign out of ${shown(label, 80)} too</a></p>
    <p><a href="/sign-in">Sign in again</a></p>`,
});
