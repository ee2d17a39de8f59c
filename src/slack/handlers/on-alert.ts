import { z } from "zod";
import type { SlackChannel } from "../../config.ts";
import type { ChatThread } from "../../domain/chat-thread.ts";
import type { IncidentDetail } from "../../domain/service.ts";
import { notInvestigated, sameIncident } from "../../render/slack/messages.ts";
import type { SlackContext, Turn } from "../slack-context.ts";
import { closeThreads } from "../outcome.ts";
import { postOnce } from "../post-once.ts";
import { ALERTS, refresh, triage } from "../triage.ts";

/** The fields of a message event that decide if it is an alert. */
const AlertMessage = z.looseObject({
  channel: z.string(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
});
const Edited = z.looseObject({
  subtype: z.literal("message_changed"),
  channel: z.string(),
  message: AlertMessage.omit({ channel: true }),
});

/** Alerts of one incident that get a link to its thread. After that the count in the thread is enough. */
const MAX_POINTERS = 3;

type Source = { channel: SlackChannel; message: z.infer<typeof AlertMessage> };

/**
 * Recognizes the message of an alert: at the top level of a configured channel, from another bot (one of \`alertBots\`
 * if set). Messages of people, previews, files and reactions are no alerts.
 */
export function alertSource({ config, me }: Pick<SlackContext, "config" | "me">, event: unknown): Source | null {
  const edited = Edited.safeParse(event);
  const parsed = AlertMessage.safeParse(
    edited.success ? { ...edited.data.message, channel: edited.data.channel } : event,
  );
  if (!parsed.success) return null;
  const message = parsed.data;
  const channel = config.channels.find(({ id }) => id === message.channel);
  if (channel === undefined || message.bot_id === undefined || message.bot_id === me.botId) return null;
  if (message.subtype !== undefined && message.subtype !== "bot_message") return null;
  if (message.thread_ts !== undefined && message.thread_ts !== message.ts) return null;
  const { alertBots } = config;
  if (alertBots.length > 0 && !alertBots.includes(message.bot_id) && !alertBots.includes(message.app_id ?? ""))
    return null;
  return { channel, message };
}

/** Accepts an alert, analyzes its incident in the alert's thread, and closes the thread when the incident ends. */
export async function onMessage(context: SlackContext, event: unknown, turn: Turn): Promise<void> {
  const source = alertSource(context, event);
  const delivery = source && context.readAlert(source.message);
  if (source === null || delivery == null) return;
  const { message, channel } = source;
  const statuses = [...new Set(delivery.alerts.map(({ status }) => status))].toSorted().join("+");
  const { incidentIds } = await context.service.acceptAlerts(delivery, {
    deliveryId: `slack:${message.channel}:${message.ts}:${statuses}`,
    receivedAtMs: context.now(),
  });
  for (const acceptedId of incidentIds) {
    const incident = await currentIncident(context, acceptedId);
    const { id: incidentId } = incident;
    if (incident.status === "closed") await closeThreads(context, incidentId, turn);
    else if (delivery.alerts.some(({ status }) => status === "firing")) {
      const wanted = { incidentId, title: incident.title, channel, ts: message.ts };
      if (incident.notInvestigated === null) await answer(context, wanted, turn);
      else await explainRefusal(context, wanted, incident, turn);
    }
  }
}

/** The incident itself, or the one that it was merged into. */
async function currentIncident(
  { service }: Pick<SlackContext, "service">,
  incidentId: string,
): Promise<IncidentDetail> {
  const incident = await service.getIncident(incidentId);
  return incident.mergedInto === null ? incident : currentIncident({ service }, incident.mergedInto);
}

/** Says once for each incident, under its first alert, why it is not investigated. */
async function explainRefusal(
  context: SlackContext,
  { incidentId, channel, ts }: Answer,
  { notInvestigated: refusal, alertCount }: IncidentDetail,
  turn: Turn,
): Promise<void> {
  if (refusal === null || alertCount > 1 || channel.mode === "shadow") return;
  const where = { channel: channel.id, threadTs: ts };
  await postOnce(context, where, `refusal:${incidentId}`, notInvestigated(incidentId, refusal.why), turn);
}

type Answer = { incidentId: string; title: string; channel: SlackChannel; ts: string };

async function answer(context: SlackContext, { incidentId, title, channel, ts }: Answer, turn: Turn): Promise<void> {
  const isShadow = channel.mode === "shadow";
  const elsewhere = isShadow ? context.config.sandbox : channel.replyIn.startsWith("thread") ? null : channel.replyIn;
  const wanted: ChatThread = {
    id: `${isShadow ? "shadow" : "alert"}:${incidentId}`,
    incidentId,
    title,
    begunBy: `${channel.id}:${ts}`,
    isShadow,
    channel: elsewhere ?? channel.id,
    threadTs: elsewhere === null ? ts : null,
    messageTs: null,
    analysisId: null,
    isBroadcast: channel.replyIn === "thread-and-channel",
    picturedId: null,
    status: "open",
  };
  const known = await context.threads.openThread(wanted);
  const thread = known.status === "open" ? known : await reopened(context, known, wanted.begunBy);
  if (thread.begunBy === wanted.begunBy) await triage(context, thread, turn, { by: ALERTS });
  if (thread.threadTs === ts) return;
  await pointTo(context, thread, channel, ts);
  await refresh(context, incidentId);
}

/** Reopens the thread of an incident that fires again. Of several alerts, one does it. */
const reopened = async ({ threads }: SlackContext, thread: ChatThread, begunBy: string): Promise<ChatThread> =>
  (await threads.changeThread(thread.id, (now) =>
    now.status === "open" ? now : { ...now, status: "open", begunBy, analysisId: null, messageTs: null },
  )) ?? thread;

/** Posts a link to the incident's thread under an alert, the first few times. */
async function pointTo(
  { service, web, outbox }: SlackContext,
  thread: ChatThread,
  channel: SlackChannel,
  ts: string,
): Promise<void> {
  const { alertCount } = await service.getIncident(thread.incidentId);
  if (thread.isShadow || alertCount > MAX_POINTERS + 1 || thread.threadTs === null || thread.channel !== channel.id)
    return;
  const { permalink } = await web.call("chat.getPermalink", { channel: thread.channel, message_ts: thread.threadTs });
  if (typeof permalink === "string")
    await outbox.post(channel.id, sameIncident(thread.incidentId, permalink), { threadTs: ts });
}
