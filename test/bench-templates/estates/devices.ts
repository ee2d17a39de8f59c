import { type Estate, statementsOf } from "./estate.ts";

/** A game server, a mobile app, a router, an IIS site and a telephone exchange: each writes in a style of its own. */
export const devices: Estate = {
  name: "devices",
  slots: {
    player: "xX_Slayer_Xx|bob|Nightfall|anna77|[TAG]Ghost|lord.vader|Maja",
    map: "de_dust2|ctf_harbor|arena_04|lobby",
    weapon: "rifle|knife|rocket launcher|grenade|bow",
    team: "Red|Blue|Spectators",
    kick: "Kicked by admin|Timed out|Ping too high|Disconnect by user.",
    activity: "com.acme.shop/.MainActivity|com.acme.shop/.ui.CheckoutActivity|com.android.launcher3/.Launcher",
    pkg: "com.acme.shop|com.android.systemui|com.google.android.gms|org.mozilla.firefox",
    intent: "android.intent.action.MAIN|android.net.conn.CONNECTIVITY_CHANGE|com.acme.shop.SYNC",
    alarmtag: "*walarm*:com.acme.SYNC|*job*/com.google.android.gms/.Svc|Alarm",
    work: "null|WorkSource{10113}|WorkSource{1000 com.acme}",
    iface: "GigabitEthernet0/1|GigabitEthernet1/0/24|Vlan20|Port-channel3|TenGigE0/0/0/2",
    updown: "up|down",
    neighbor: "10.255.0.2|192.0.2.17|2001:db8::1",
    acl: "OUTSIDE-IN|101|MGMT",
    l4: "tcp|udp|icmp",
    bgpwhy: "peer closed the session|hold time expired|administrative reset",
    svc:
      "Windows Update|Print Spooler|World Wide Web Publishing Service|" +
      "Background Intelligent Transfer Service|DNS Client",
    svcstate: "running|stopped",
    pool: "DefaultAppPool|ShopPool|api.acme.local|Intranet",
    winuser: "ACME\\\\anna|NT AUTHORITY\\\\SYSTEM|ACME\\\\svc_sql|WORKGROUP\\\\WEB01$",
    app: "w3wp.exe|sqlservr.exe|svchost.exe|Outlook.exe",
    winmodule: "KERNELBASE.dll|ntdll.dll|clr.dll|unknown",
    ext: "SIP/1001|SIP/trunk-acme-0000a1f2|PJSIP/2044-00000017|Local/700@from-internal-0001",
    ctx: "from-internal|from-trunk|ivr-main|parkedcalls",
    cause: "Normal Clearing|User busy|No user responding|Call Rejected",
    disposition: "ANSWER|BUSY|NOANSWER|CONGESTION",
    codec: "(ulaw)|(ulaw, alaw)|(g722, ulaw, alaw)",
    cell: "LTE-4411-2|NR-1204-1|GSM-889-3",
    sensor: "heart_rate|step_counter|gyro|barometer",
    exc: "java.lang.NullPointerException|java.lang.IllegalStateException|android.os.DeadObjectException",
    kind: "WIFI|MOBILE|VPN",
  },
  statements: statementsOf(`
Player {player} ({ip}:{port}) connected
Player {player} disconnected: {kick}
"{player}<{int}><STEAM_1:0:{int}><{team}>" killed "{player}<{int}><STEAM_1:0:{int}><{team}>" with "{weapon}"
"{player}<{int}><STEAM_1:0:{int}><{team}>" say "{words}"
{player} joined team {team}
Loading map "{map}"
Map {map} loaded in {float} ms ({int} entities)
Tick took {float}ms, behind by {int} ticks. Is the server overloaded?
Saved world '{map}' ({int} chunks) in {dur}
Kicked {player}: {kick}
Match {uuid} created on {map} with {int} players, mode={word}
Match {uuid} ended, winner {team}, score {int}:{int}
rcon from "{ip}:{port}": command "status"
Anti-cheat: suspicious speed {float} of player {player} at ({float}, {float}, {float})
ActivityManager: START u0 {act={intent} flg={hex0} cmp={activity}} from uid {int}
ActivityManager: Displayed {activity}: +{int}ms
ActivityManager: Start proc {int}:{pkg}/u0a{int} for activity {activity}
ActivityManager: Killing {int}:{pkg}/u0a{int} (adj {int}): empty #{int}
ActivityManager: ANR in {pkg} ({activity})
PowerManagerService: releaseWakeLock: lock={int}, tag="{alarmtag}", ws={work}, uid={int}
PowerManagerService: Going to sleep due to {word} (uid {int})...
AlarmManager: set alarm type={int} when={int} tag={alarmtag} pkg={pkg}
SensorService: enable sensor {sensor} for {pkg}, period={int}us
ConnectivityService: NetworkAgentInfo [{kind} () - {int}] validation passed
ConnectivityService: NetworkAgentInfo [{kind} () - {int}] validation failed
art: Background partial concurrent mark sweep GC freed {int}({size}) AllocSpace objects, {int}({size}) LOS \
objects, {int}% free, {size}/{size}, paused {float}us total {float}ms
OpenGLRenderer: Davey! duration={int}ms; Flags={int}, IntendedVsync={int}
dalvikvm: FATAL EXCEPTION: main Process: {pkg}, PID: {int} {exc}
RIL: signal strength changed: cell={cell} rsrp=-{int} rsrq=-{int}
Choreographer: Skipped {int} frames!  The application may be doing too much work on its main thread.
%LINK-3-UPDOWN: Interface {iface}, changed state to {updown}
%LINEPROTO-5-UPDOWN: Line protocol on Interface {iface}, changed state to {updown}
%SYS-5-CONFIG_I: Configured from console by {word} on vty{int} ({ip})
%BGP-5-ADJCHANGE: neighbor {neighbor} Up
%BGP-5-ADJCHANGE: neighbor {neighbor} Down {bgpwhy}
%OSPF-5-ADJCHG: Process {int}, Nbr {ip} on {iface} from LOADING to FULL, Loading Done
%OSPF-5-ADJCHG: Process {int}, Nbr {ip} on {iface} from FULL to DOWN, Neighbor Down: Dead timer expired
%SEC-6-IPACCESSLOGP: list {acl} denied {l4} {ip}({port}) -> {ip}({port}), {int} packets
%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: {word}] [Source: {ip}] [localport: {int}] at {clock} UTC {date}
%DUAL-5-NBRCHANGE: EIGRP-IPv4 {int}: Neighbor {ip} ({iface}) is up: new adjacency
%ASA-6-302013: Built outbound TCP connection {int} for outside:{ip}/{port} ({ip}/{port}) to inside:{ip}/{port} \
({ip}/{port})
%ASA-6-302014: Teardown TCP connection {int} for outside:{ip}/{port} to inside:{ip}/{port} duration {clock} bytes \
{int} TCP FINs
The {svc} service entered the {svcstate} state.
The {svc} service terminated unexpectedly.  It has done this {int} time(s).
A worker process with process id of '{int}' serving application pool '{pool}' has requested a recycle because the \
worker process reached its allowed processing time limit.
Application pool '{pool}' is being automatically disabled due to a series of failures in the process(es) serving \
that application pool.
Faulting application name: {app}, version: {version}, time stamp: {hex0}, faulting module name: {winmodule}, \
version: {version}, exception code: {hex0}, fault offset: {hex0}
An account was successfully logged on. Account Name: {winuser} Logon Type: {int} Source Network Address: {ip}
An account failed to log on. Account Name: {winuser} Failure Reason: Unknown user name or bad password. Source \
Network Address: {ip}
The system uptime is {int} seconds.
The time provider NtpClient is currently receiving valid time data from {host} \
(ntp.m|{hex0}|{ip}:{port}->{ip}:{port}).
Installation Successful: Windows successfully installed the following update: KB{int}
-- Executing [{int}@{ctx}:{int}] Dial("{ext}", "{ext},{int},tT") in new stack
-- Called {ext}
-- {ext} is ringing
-- {ext} answered {ext}
== Spawn extension ({ctx}, {int}, {int}) exited non-zero on '{ext}'
== Everyone is busy/congested at this time ({int}:{int}/{int}/{int})
chan_sip.c: Registration from '"{int}" <sip:{int}@{ip}>' failed for '{ip}:{port}' - Wrong password
chan_sip.c: Peer '{int}' is now UNREACHABLE!  Last qualify: {int}
chan_sip.c: Peer '{int}' is now Reachable. ({int}ms / {int}ms)
Hangup cause {int} ({cause}) for {ext}, disposition {disposition}
rtp: codec preference of {ext} set to {codec}
`),
};
