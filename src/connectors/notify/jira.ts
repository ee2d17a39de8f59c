import { z } from "zod";
import { isNoticeOf, type Posted } from "../../domain/notice.ts";
import type { ProxySettings } from "../http/proxy.ts";
import { checkTicket, openTicketDoor, type TicketPost, type TicketTarget, triedPost } from "./ticket-door.ts";

/** `body`: a document (version 3) or text (version 2). */
const Comments = z.object({ comments: z.array(z.object({ body: z.unknown() })) });
const Created = z.object({ id: z.string() });

/**
 * Adds a comment to an issue of Jira: Cloud (version 3, a document) or Server and Data Center (version 2, text). A token
 * with an e-mail address is one of Cloud; without, it is a personal access token.
 *
 * @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
 */
export async function postJiraComment(
  target: TicketTarget,
  { message, analysisId, ticket, again, signal }: TicketPost<"jira">,
  proxy: ProxySettings | null,
): Promise<Posted> {
  const key = checkTicket(target.name, ticket, /^[A-Z][A-Z0-9_]{0,30}-\d{1,12}$/, "OPS-123");
  const { user, token, apiVersion } = target;
  const door = openTicketDoor(target, {
    auth: user === null ? { kind: "bearer", token } : { kind: "basic", username: user, password: token },
    headers: { accept: "application/json" },
    proxy,
  });
  const path = `/rest/api/${apiVersion}/issue/${key}/comment`;
  const page = `${door.name}/browse/${key}`;
  try {
    return await triedPost(
      async () => {
        if (!again) {
          const query = { orderBy: "-created", maxResults: 100 };
          const { comments } = await door.json({ path, query, signal }, Comments);
          if (comments.some(({ body }) => isNoticeOf(JSON.stringify(body) ?? "", analysisId)))
            return { link: page, wasThere: true };
        }
        const body = apiVersion === 3 ? message.document : message.text;
        const { id } = await door.json({ method: "POST", path, json: { body }, signal }, Created);
        return { link: `${page}?focusedCommentId=${encodeURIComponent(id)}`, wasThere: false };
      },
      { timeoutMs: target.timeoutMs, signal },
    );
  } finally {
    await door.close();
  }
}
