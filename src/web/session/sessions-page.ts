import { html } from "hono/html";
import { isoTime } from "../../domain/time.ts";
import { isOidcPerson, roleOf, type WebSession } from "../../domain/web-session.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import type { PageContent } from "../layout.ts";
import type { PageContext } from "../page-context.ts";

/** Who is signed in: one's own sessions, or with the role admin those of everybody. */
export function sessionsPage(
  { user, csrfField }: PageContext,
  { sessions, isEverybody }: { sessions: readonly WebSession[]; isEverybody: boolean },
): PageContent {
  return {
    title: "Sessions",
    section: null,
    main: html`<h1>Sessions</h1>
      <dl class="facts">
        <dt>You</dt>
        <dd>${shown(user.name, 80)}</dd>
        <dt>Your id in records and in the policy</dt>
        <dd><code>${shown(user.id, 300)}</code></dd>
        <dt>Role</dt>
        <dd>${roleOf(user.scopes) ?? "none"} (${user.scopes.join(", ")})</dd>
      </dl>
      <h2>${isEverybody ? "Everybody who is signed in" : "Where you are signed in"}</h2>
      ${sessions.length === 0 ? html`<p>There are no sessions.</p>` : sessionTable({ user, csrfField }, sessions)}`,
  };
}

const sessionTable = (context: Pick<PageContext, "user" | "csrfField">, sessions: readonly WebSession[]): Markup =>
  html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Who</th>
          <th scope="col">Role</th>
          <th scope="col">Browser</th>
          <th scope="col">Signed in</th>
          <th scope="col">Last used</th>
          <th scope="col">Ends at the latest</th>
          <th scope="col"></th>
        </tr>
      </thead>
      <tbody>
        ${sessions.map((session) => sessionRow(context, session))}
      </tbody>
    </table>
  </div>`;

function sessionRow({ user, csrfField }: Pick<PageContext, "user" | "csrfField">, session: WebSession): Markup {
  const { id, name, personId, scopes, client, createdAtMs, seenAtMs, expiresAtMs } = session;
  return html`<tr>
    <td>
      ${shown(name, 80)} <span class="dim">${isOidcPerson(personId) ? "account" : "key"} ${shown(personId, 300)}</span>
    </td>
    <td>${roleOf(scopes) ?? "none"}</td>
    <td>${client === "" ? "not said" : shown(client, 120)}</td>
    <td><time datetime="${isoTime(createdAtMs)}">${isoTime(createdAtMs)}</time></td>
    <td><time datetime="${isoTime(seenAtMs)}">${isoTime(seenAtMs)}</time></td>
    <td><time datetime="${isoTime(expiresAtMs)}">${isoTime(expiresAtMs)}</time></td>
    <td>
      <form method="post" action="/sessions/${id}/end">
        ${csrfField}<button class="quiet">End${user.sessionId === id ? html` (this one)` : NOTHING}</button>
      </form>
    </td>
  </tr>`;
}
