import { z } from "zod";
import type { SlackChannel } from "../../config.ts";
import type { ChatThread } from "../../domain/chat-thread.ts";
import type { IncidentDetail } from "../../domain/service.ts";
import { sameIncident } from "../../render/slack/messages.ts";
import type { Desk, Turn } from "../desk.ts";
import { closeThreads } from "../outcome.ts";
import { refresh, triage } from "../triage.ts";

/** A message event, as far as it decides whether it is an alert. `message`: the new text of one that was edited. */
const Told = z.looseObject({
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
  message: Told.omit({ channel: true }),
});

/** Alerts of one incident whose messages are answered with a pointer; beyond that the count in the first thread says it. */
const MOST_POINTERS = 3;

type Source = { channel: SlackChannel; message: z.infer<typeof Told> };

/**
 * An alert's message: in a channel that is opted in, at its top level, from a bot (a certain one, where that is configured) that is not
 * ourselves. What people write there, previews, files and reactions are none.
 */
export function alertSource({ config, me }: Pick<Desk, "config" | "me">, event: unknown): Source | null {
  const edited = Edited.safeParse(event);
  const told = Told.safeParse(edited.success ? { ...edited.data.message, channel: edited.data.channel } : event);
  if (!told.success) return null;
  const message = told.data;
  const channel = config.channels.find(({ id }) => id === message.channel);
  if (channel === undefined || message.bot_id === undefined || message.bot_id === me.botId) return null;
  if (message.subtype !== undefined && message.subtype !== "bot_message") return null;
  if (message.thread_ts !== undefined && message.thread_ts !== message.ts) return null;
  const { alertBots } = config;
  if (alertBots.length > 0 && !alertBots.includes(message.bot_id) && !alertBots.includes(message.app_id ?? ""))
    return null;
  return { channel, message };
}

/** Takes an alert in, works on the incident that it belongs to in the alert's own thread, and closes that thread when it is over. */
export async function onMessage(desk: Desk, event: unknown, turn: Turn): Promise<void> {
  const source = alertSource(desk, event);
  const delivery = source && desk.readAlert(source.message);
  if (source === null || delivery == null) return;
  const { message, channel } = source;
  const statuses = [...new Set(delivery.alerts.map(({ status }) => status))].toSorted().join("+");
  const { incidentIds } = await desk.service.acceptAlerts(delivery, {
    deliveryId: `slack:${message.channel}:${message.ts}:${statuses}`,
    receivedAtMs: desk.now(),
  });
  for (const told of incidentIds) {
    const incident = await standing(desk, told);
    const { id: incidentId } = incident;
    if (incident.status === "closed") await closeThreads(desk, incidentId, turn);
    else if (delivery.alerts.some(({ status }) => status === "firing"))
      await answer(desk, { incidentId, title: incident.title, channel, ts: message.ts }, turn);
  }
}

/** The incident itself, or the one that it turned out to be a part of. */
async function standing({ service }: Pick<Desk, "service">, incidentId: string): Promise<IncidentDetail> {
  const incident = await service.getIncident(incidentId);
  return incident.mergedInto === null ? incident : standing({ service }, incident.mergedInto);
}

type Answer = { incidentId: string; title: string; channel: SlackChannel; ts: string };

async function answer(desk: Desk, { incidentId, title, channel, ts }: Answer, turn: Turn): Promise<void> {
  const isShadow = channel.mode === "shadow";
  const elsewhere = isShadow ? desk.config.sandbox : channel.replyIn.startsWith("thread") ? null : channel.replyIn;
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
  const known = await desk.threads.openThread(wanted);
  const thread = known.status === "open" ? known : await reopened(desk, known, wanted.begunBy);
  if (thread.begunBy === wanted.begunBy) await triage(desk, thread, turn, { by: "slack alerts" });
  if (thread.threadTs === ts) return;
  await pointTo(desk, thread, channel, ts);
  await refresh(desk, incidentId);
}

/** It fires again: worked on anew, below what was said before. Of several alerts that come then, one does that. */
const reopened = async ({ threads }: Desk, thread: ChatThread, begunBy: string): Promise<ChatThread> =>
  (await threads.changeThread(thread.id, (now) =>
    now.status === "open" ? now : { ...now, status: "open", begunBy, analysisId: null, messageTs: null },
  )) ?? thread;

/** Tells under an alert's message where its incident is worked on; the first few times. */
async function pointTo(
  { service, web, outbox }: Desk,
  thread: ChatThread,
  channel: SlackChannel,
  ts: string,
): Promise<void> {
  const { alertCount } = await service.getIncident(thread.incidentId);
  if (thread.isShadow || alertCount > MOST_POINTERS + 1 || thread.threadTs === null || thread.channel !== channel.id)
    return;
  const { permalink } = await web.call("chat.getPermalink", { channel: thread.channel, message_ts: thread.threadTs });
  if (typeof permalink === "string")
    await outbox.post(channel.id, sameIncident(thread.incidentId, permalink), { threadTs: ts });
}
