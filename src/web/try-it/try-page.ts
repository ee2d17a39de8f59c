import { html } from "hono/html";
import type { PageContent } from "../layout.ts";
import type { WebVisit } from "../page-door.ts";

/** A form for what a person has at hand: logs, alerts, output of kubectl. */
export const tryPage = ({ csrfField, user }: WebVisit): PageContent => ({
  title: "Try it",
  section: "try",
  main: html`<h1>Try it</h1>
    <p class="lead">Paste what you have, or drop files. Causeway looks for the cause.</p>
    ${
      user.scopes.includes("analyse")
        ? ""
        : html`<p class="box">You may read. To analyse, sign in with a key that has the scope analyse.</p>`
    }
    <form method="post" action="/try" enctype="multipart/form-data" class="stack try">
      ${csrfField}
      <label>What is wrong <input name="title" maxlength="200" placeholder="checkout is slow" /></label>
      <label>When was the alarm, in UTC, if you know <input name="alarm" type="datetime-local" step="1" /></label>
      <fieldset>
        <legend>Logs</legend>
        <label>Lines of a log <textarea name="logs" rows="6" spellcheck="false" data-drop></textarea></label
        ><label>of the service <input name="service" maxlength="100" placeholder="checkout" /></label>
        <label
          >Files: name each after its service, such as checkout.log <input type="file" name="log-files" multiple
        /></label>
      </fieldset>
      <fieldset>
        <legend>Alerts</legend>
        <label
          >JSON: a webhook of Alertmanager, Grafana or PagerDuty, or alert events
          <textarea name="alerts" rows="4" spellcheck="false" data-drop></textarea>
        </label>
      </fieldset>
      <fieldset>
        <legend>Kubernetes</legend>
        <label
          >Output of kubectl get, describe or get -o yaml
          <textarea name="kubectl" rows="6" spellcheck="false" data-drop></textarea></label
        ><label>Files <input type="file" name="kubectl-files" multiple /></label>
      </fieldset>
      <button class="main">Analyze</button>
      <p class="dim">The data stays on this server. Secrets are masked in everything that is stored of the analysis.</p>
    </form>`,
});
