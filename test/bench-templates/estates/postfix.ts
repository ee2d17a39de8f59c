import { type Estate, statementsOf } from "./estate.ts";

export const postfix: Estate = {
  name: "postfix",
  slots: {
    qid: "4F9D195A3C|3zXQbF2kYz|B1D2F40003|9A1C8E0021|4Tk2vN5sQxz9rMn",
    mail: "anna@example.org|bob.k@mail.example.com|no-reply@shop.example|root@web1|bounce+17@lists.example.net|",
    client:
      "unknown[203.0.113.9]|mail-wr1-f44.google.com[209.85.221.44]|localhost[127.0.0.1]|mx.example.net[198.51.100.7]",
    relay:
      "gmail-smtp-in.l.google.com[74.125.140.27]:25|127.0.0.1[127.0.0.1]:10024|local|none|" +
      "mx1.example.net[192.0.2.3]:25",
    mailstate: "sent|deferred|bounced",
    answer:
      "250 2.0.0 OK 1611|delivered to mailbox|connect to mx1.example.net[192.0.2.3]:25: Connection timed out|250 Ok",
    proto: "ESMTP|SMTP",
    cipher: "TLS_AES_256_GCM_SHA384|ECDHE-RSA-AES128-GCM-SHA256|TLS_AES_128_GCM_SHA256",
    tls: "TLSv1.3|TLSv1.2",
    login: "anna|bob|sales|info@example.org|carol.w|dave",
    method: "PLAIN|LOGIN|CRAM-MD5",
    folder: "INBOX|INBOX.Sent|Trash|Archive/2025|Drafts",
    msgid: "<20260103101112.4F9D1@web1.example.org>|<CAF=q1x@mail.gmail.com>|<17.a@lists>",
    why: "Connection timed out|Connection refused|No route to host|Network is unreachable",
    virus: "Eicar-Signature|Win.Trojan.Agent-1|Html.Phishing.Bank-4",
    stage: "RCPT|EHLO|DATA|CONNECT|MAIL",
    ham: "ham|spam",
  },
  statements: statementsOf(`
connect from {client}
disconnect from {client} ehlo={int} mail={int} rcpt={int} data={int} quit={int} commands={int}
disconnect from {client} ehlo={int} auth=0/{int} quit={int} commands={int}/{int}
lost connection after {stage} from {client}
timeout after {stage} from {client}
{qid}: client={client}
{qid}: client={client}, sasl_method={method}, sasl_username={login}
{qid}: message-id={msgid}
{qid}: from=<{mail}>, size={int}, nrcpt={int} (queue active)
{qid}: to=<{mail}>, relay={relay}, delay={float}, delays={float}/{float}/{float}/{float}, dsn={dsn}, \
status={mailstate} ({answer})
{qid}: to=<{mail}>, orig_to=<{mail}>, relay=local, delay={float}, delays={float}/{float}/{float}/{float}, \
dsn={dsn}, status=sent (delivered to command: procmail)
{qid}: removed
{qid}: sender non-delivery notification: {qid}
{qid}: uid={int} from=<{mail}>
{qid}: replace: header Received: from {host} by {host}: X-Removed
NOQUEUE: reject: RCPT from {client}: 554 5.7.1 <{mail}>: Relay access denied; from=<{mail}> to=<{mail}> \
proto={proto} helo=<{host}>
NOQUEUE: reject: RCPT from {client}: 450 4.7.25 Client host rejected: cannot find your hostname, [{ip}]; \
from=<{mail}> to=<{mail}> proto={proto} helo=<{host}>
warning: hostname {host} does not resolve to address {ip}: Name or service not known
warning: {client}: SASL {method} authentication failed: authentication failure
warning: dict_nis_init: NIS domain name not set - NIS lookups disabled
Anonymous TLS connection established from {client}: {tls} with cipher {cipher} ({int}/{int} bits)
Untrusted TLS connection established to {relay}: {tls} with cipher {cipher} ({int}/{int} bits)
SSL_accept error from {client}: -{int}
connect to {relay}: {why}
statistics: max connection rate {int}/{int}s for (smtp:{ip}) at {ts}
statistics: max connection count {int} for (smtp:{ip}) at {ts}
statistics: max cache size {int} at {ts}
imap-login: Login: user=<{login}>, method={method}, rip={ip}, lip={ip}, mpid={int}, TLS, session=<{b64}>
imap-login: Disconnected (auth failed, {int} attempts in {int} secs): user=<{login}>, method={method}, rip={ip}, \
lip={ip}, TLS, session=<{b64}>
imap-login: Aborted login (no auth attempts in {int} secs): user=<>, rip={ip}, lip={ip}, session=<{b64}>
imap({login})<{int}><{b64}>: Logged out in={int} out={int} deleted={int} expunged={int}
imap({login})<{int}><{b64}>: Connection closed (IDLE running for {int} secs) in={int} out={int}
lda({login})<{int}><{b64}>: msgid={msgid}: saved mail to {folder}
lda({login})<{int}><{b64}>: Error: Mailbox {folder}: Timeout while waiting for lock
({int}-{int}) Passed CLEAN {RelayedInbound}, [{ip}]:{int} [{ip}] <{mail}> -> <{mail}>, Message-ID: {msgid}, \
mail_id: {b64}, Hits: {float}, size: {int}, {int} ms
({int}-{int}) Blocked INFECTED ({virus}) {DiscardedInbound}, [{ip}]:{int} [{ip}] <{mail}> -> <{mail}>, mail_id: \
{b64}, {int} ms
spamd: result: . {int} - BAYES_00,HTML_MESSAGE scantime={float},size={int},user={login},mid={msgid}
spamd: processing message {msgid} for {login}:{int}
spamd: connection from localhost [127.0.0.1]:{int} to port {int}, fd {int}
spamd: handled cleanup of child pid [{int}] due to SIGCHLD: exit {int}
daemon started -- version {version}, configuration {path}
reload -- version {version}, configuration {path}
terminating on signal {int}
`),
};
