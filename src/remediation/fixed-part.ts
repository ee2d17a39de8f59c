import { createHash } from "node:crypto";

/** Rises with each change of the text. Scripts name it together with the hash of the text. */
const VERSION = 3;

/**
 * The functions behind every script: they read its arguments, check, query, change and undo. It is a file of its own,
 * so that a script is short enough to be read before it is approved. A script holds the hash of this text, and refuses
 * any other. Lower-case names belong to this file, upper-case names are values. Bash 3.2 and newer (macOS).
 *
 * What a script changed, and the values that it found before, are kept beside it in `SCRIPT.state`. So a second run
 * changes nothing again, and the rollback restores recorded values.
 */
const TEXT = `${String.raw`
# The fixed part of Causeway's scripts, version ${VERSION}. It is the same for all of them and changes nothing by itself.
set -euo pipefail
LC_ALL=C
mode=show # show: print only. check: query the cluster, change nothing. apply: change.
part=apply
given=() # expectations of the operator, NAME=VALUE
by=''    # who approved it
line=()
state="${"$"}{BASH_SOURCE[${"$"}{#BASH_SOURCE[@]} - 1]}.state"

say() {
  printf '%s\n' "$1"
}

fail() {
  printf 'causeway: %s\n' "$1" >&2
  exit 1
}

usage() {
  say "usage: bash $(printf %q "$0") [apply|verify|rollback] [--check | --apply] [--context NAME] [--namespace NAME]"
  say '         [--expect NAME=VALUE]... [--approver NAME]'
  say 'Without a flag nothing runs: each command is printed. Changes show --dry-run=server if kubectl supports it.'
  say '  --check    queries the cluster, and lets the API server test the changes without applying them'
  say '  --apply    runs the changes'
  say '  --context  the kubectl context of the cluster to change'
  say '  --expect   a value that the cluster must have, such as revision=41'
  say '  --approver who approved the script, where it notes that name'
}

# Pins cluster and namespace in each kubectl command.
compose() {
  line=("$@")
  [[ "$1" == kubectl ]] || return 0
  line=(kubectl)
  [[ -z "$CONTEXT" ]] || line+=("--context=$CONTEXT")
  [[ -z "$NAMESPACE" ]] || line+=("--namespace=$NAMESPACE")
  line+=("${"$"}{@:2}")
}

show() {
  local text
  printf -v text ' %q' "${"$"}{line[@]}"
  printf '%s%s\n' "$1" "$text"
}

# Calls only an installed program, never a function, a builtin or a shell keyword.
call() {
  local program
  program="$(type -P -- "${"$"}{line[0]}")" || fail "${"$"}{line[0]} is not installed or not on the PATH"
  "$program" "${"$"}{line[@]:1}"
}

look() {
  compose "$@"
  if [[ "$mode" == show ]]; then show 'would query: '; else show 'queries:     '; call; fi
}

# change COMMAND...: the API server can test most changes of kubectl without applying them.
change() {
  compose "$@"
  if [[ "$mode" == apply ]]; then
    record changed "$part"
    show 'changes:     '
    call
    return 0
  fi
  case "$1 ${"$"}{2-} ${"$"}{3-}" in
    'kubectl rollout restart' | 'kubectl rollout pause' | 'kubectl rollout resume') show 'would change:' ;;
    'kubectl '*)
      line+=(--dry-run=server)
      if [[ "$mode" == check ]]; then show 'tests change:'; call; else show 'would change:'; fi
      ;;
    *) show 'would change:' ;;
  esac
}

# keep NAME VALUE: a value that a command may use. One word, as Kubernetes names and quantities are.
keep() {
  [[ "$2" =~ ^[A-Za-z0-9][A-Za-z0-9._:@/-]*$ ]] && ((${"$"}{#2} <= 253)) ||
    fail "the cluster gave no usable value for $1; it was not used"
  printf -v "$1" '%s' "$2"
}

# record NAME VALUE: notes it beside the script, once.
record() {
  if [[ -e "$state" || -L "$state" ]]; then
    [[ -f "$state" && ! -L "$state" && -O "$state" ]] || fail "$state is not a file of yours"
  fi
  restore "$1" 2>/dev/null || printf '%s=%s\n' "$1" "$2" >>"$state"
}

# restore NAME: takes a value that an earlier run recorded.
restore() {
  local row
  [[ -f "$state" && ! -L "$state" && -O "$state" ]] || return 1
  while IFS= read -r row; do
    if [[ "$row" == "$1="* ]]; then
      keep "$1" "${"$"}{row#*=}"
      return 0
    fi
  done <"$state"
  return 1
}

# ask NAME COMMAND...: keeps a one-word answer, such as 3 or 512Mi, and records it for the rollback.
ask() {
  local name=$1
  shift
  compose "$@"
  if [[ "$mode" == show ]]; then
    show 'would query: '
    printf -v "$name" '%s' "$name"
    return 0
  fi
  show 'queries:     '
  keep "$name" "$(call)"
  [[ "$mode" != apply || "$part" != apply ]] || record "$name" "${"$"}{!name}"
}

# recorded NAME: a value that the script found before its change.
recorded() {
  if [[ "$mode" == show ]]; then printf -v "$1" '%s' "$1"; return 0; fi
  restore "$1" || fail "this script recorded no $1 here"
}

# approver NAME: keeps who approved the script, for a system that notes a name.
approver() {
  if [[ "$mode" == apply && "$part" == apply ]]; then
    [[ -n "$by" ]] || fail 'name who approved it: --approver NAME'
    keep "$1" "$by"
    record "$1" "$by"
  else
    printf -v "$1" '%s' "${"$"}{by:-$1}"
  fi
}

# create NAME COMMAND...: a change whose one-word answer is the id of what it made. It is recorded for the rollback.
create() {
  local name=$1
  shift
  compose "$@"
  if [[ "$mode" != apply ]]; then
    show 'would change:'
    printf -v "$name" '%s' "$name"
    return 0
  fi
  record changed "$part"
  show 'changes:     '
  keep "$name" "$(call)"
  record "$name" "${"$"}{!name}"
}

# undo NAME COMMAND...: takes back what create made, with its id as the last argument.
undo() {
  local name=$1 made
  shift
  if [[ "$mode" == show ]]; then
    made=$name
  elif restore "$name"; then
    made=${"$"}{!name}
  else
    say "             no $name is recorded, so there is nothing to take back under this name"
    return 0
  fi
  compose "$@" "$made"
  if [[ "$mode" != apply ]]; then show 'would change:'; return 0; fi
  record changed "$part"
  show 'changes:     '
  call
}

# find NAME VALUE COMMAND...: stops unless a line of the answer is this value.
find() {
  local name=$1 value=$2 answer row
  shift 2
  compose "$@"
  if [[ "$mode" == show ]]; then show 'would query: '; return 0; fi
  show 'queries:     '
  answer="$(call)"
  while IFS= read -r row; do
    if [[ "$row" == "$value" ]]; then
      say "             $name $value is there"
      return 0
    fi
  done <<<"$answer"
  fail "the $name $value is not there"
}

# revisions CURRENT PREVIOUS WORKLOAD: keeps the numbers of the two latest revisions.
revisions() {
  local history row last='' before=''
  compose kubectl rollout history "$3"
  if [[ "$mode" == show ]]; then
    show 'would query: '
    printf -v "$1" '%s' "$1"
    printf -v "$2" '%s' "$2"
    return 0
  fi
  show 'queries:     '
  history="$(call)"
  while IFS= read -r row; do
    if [[ "$row" =~ ^([0-9]{1,9})([[:space:]]|$) ]]; then
      before=$last
      last=${"$"}{BASH_REMATCH[1]}
    fi
  done <<<"$history"
  [[ -n "$before" ]] || fail "$3 has no earlier revision"
  keep "$1" "$last"
  keep "$2" "$before"
  if [[ "$mode" == apply ]]; then record "$1" "$last"; record "$2" "$before"; fi
}

# compute NAME QUANTITY plus|times NUMBER: keeps the unit, and records the result.
compute() {
  local name=$1 quantity=$2 operator=$3 by=$4 number unit
  if [[ "$mode" == show ]]; then
    printf -v "$name" '%s' "$name"
    return 0
  fi
  [[ "$quantity" =~ ^([0-9]+)([A-Za-z]*)$ ]] && ((${"$"}{#BASH_REMATCH[1]} <= 12)) ||
    fail "\"$quantity\" is not a quantity"
  number=${"$"}{BASH_REMATCH[1]}
  unit=${"$"}{BASH_REMATCH[2]}
  if [[ "$operator" == plus ]]; then number=$((10#$number + by)); else number=$((10#$number * by)); fi
  keep "$name" "$number$unit"
  [[ "$mode" != apply || "$part" != apply ]] || record "$name" "$number$unit"
}

# expect NAME VALUE COMMAND...: stops unless the cluster is as it was when the script was approved.
expect() {
  local name=$1 approved=$2 one now=''
  shift 2
  for one in ${"$"}{given[@]+"${"$"}{given[@]}"}; do
    [[ "$one" == "$name="* ]] || continue
    [[ -z "$approved" || "$approved" == "${"$"}{one#*=}" ]] || fail "the script was approved for the $name $approved"
    approved=${"$"}{one#*=}
  done
  compose "$@"
  if [[ "$mode" == show ]]; then show 'would query: '; return 0; fi
  show 'queries:     '
  now="$(call)"
  keep now "$now"
  say "             $name is $now; expected is ${"$"}{approved:-not recorded}"
  [[ "$mode" != apply || -n "$approved" ]] || fail "check that this $name is right, then add: --expect $name=$now"
  [[ -z "$approved" || "$now" == "$approved" ]] || fail "the $name is not $approved any more; nothing was changed"
}

# symptom TEXT QUERY: what users felt, and how to see that it is over.
symptom() {
  say "symptom:     $1"
  [[ -z "$2" ]] || say "query:       $2"
}

# pin NAME FIXED CHOSEN: the operator chooses only what the script leaves open.
pin() {
  [[ "$3" =~ ^[A-Za-z0-9][A-Za-z0-9._:@/-]*$ ]] || fail "--$1 needs a name"
  [[ -z "$2" || "$2" == "$3" ]] || fail "the script is for the $1 $2"
}

# known_expectations: a value that is never compared would be no guard.
known_expectations() {
  local one
  for one in ${"$"}{given[@]+"${"$"}{given[@]}"}; do
    [[ "$(declare -f check)" == *"expect ${"$"}{one%%=*} "* ]] ||
      fail "this script reads no value named ${"$"}{one%%=*}, so --expect cannot compare it; nothing was run"
  done
}

# before_undo: in the cluster that was changed, or not at all.
before_undo() {
  local context=$CONTEXT namespace=$NAMESPACE
  restore changed || fail 'this script changed nothing here, so there is nothing to undo'
  [[ "${"$"}{CLUSTER-yes}" != no ]] || return 0
  restore CONTEXT || fail "$state does not name the cluster"
  restore NAMESPACE || true
  [[ -z "$context" || "$context" == "$CONTEXT" ]] || fail "the change was made in the context $CONTEXT"
  [[ -z "$namespace" || "$namespace" == "$NAMESPACE" ]] || fail "the change was made in the namespace $NAMESPACE"
  say "cluster:     context $CONTEXT, namespace ${"$"}{NAMESPACE:-of that context}"
}

# before_change: once, in time, and in a cluster that is named.
before_change() {
  local now
  if restore changed; then
    say "This script was applied before, and changes nothing again. What it recorded is in $state."
    return 1
  fi
  printf -v now '%(%s)T' -1 2>/dev/null || now="$(date +%s)"
  ((now < EXPIRES)) || fail 'the proposal expired; analyze the incident again'
  [[ "${"$"}{CLUSTER-yes}" != no ]] || return 0
  [[ -n "$CONTEXT" ]] || fail "name the cluster to change: --context NAME (kubectl config get-contexts lists them)"
  record CONTEXT "$CONTEXT"
  [[ -z "$NAMESPACE" ]] || record NAMESPACE "$NAMESPACE"
  say "cluster:     context $CONTEXT, namespace ${"$"}{NAMESPACE:-of that context}"
}

on_exit() {
  local status=$?
  if ((status != 0)) && [[ "$mode" == apply && "$part" == apply && "$UNDO" == yes ]] && restore changed; then
    printf 'causeway: stopped with status %d after a change. To undo it: bash %q rollback --apply\n' "$status" "$0" >&2
  elif ((status != 0)) && [[ "$mode" == apply && "$part" == apply ]] && restore changed; then
    printf 'causeway: stopped with status %d after a change, which cannot be undone\n' "$status" >&2
  fi
}

main() {
  while (($# > 0)); do
    case "$1" in
      apply | verify | rollback) part=$1 ;;
      --apply) mode=apply ;;
      --check) mode=check ;;
      --dry-run) mode=show ;;
      --context) pin context "$CONTEXT" "${"$"}{2-}"; CONTEXT=$2; shift ;;
      --namespace) pin namespace "$NAMESPACE" "${"$"}{2-}"; NAMESPACE=$2; shift ;;
      --expect)
        [[ "${"$"}{2-}" =~ ^[a-z]+=[A-Za-z0-9._-]+$ ]] || fail '--expect needs NAME=VALUE'
        given+=("$2")
        shift
        ;;
      --approver)
        [[ "${"$"}{2-}" =~ ^[A-Za-z0-9][A-Za-z0-9._:@/-]*$ ]] || fail '--approver needs a name, in one plain word'
        by=$2
        shift
        ;;
      -h | --help) usage; exit 0 ;;
      *) usage >&2; exit 2 ;;
    esac
    shift
  done
  trap on_exit EXIT
  known_expectations
  [[ "$mode" != show ]] || say 'Dry run: no command runs. Use --check to test, --apply to run.'
  case "$part" in
    apply)
      if [[ "$mode" != apply ]] || before_change; then check; apply; fi
      # After a mere test, verification would check the old state.
      [[ "$mode" == check ]] || verify
      ;;
    verify) verify ;;
    rollback)
      [[ "$mode" != apply ]] || before_undo
      rollback
      ;;
  esac
}
`.trim()}\n`;

/** The fixed part as a file. `sha256`: of its bytes, in hex. */
export const FIXED_PART = {
  version: VERSION,
  fileName: `causeway-script-${VERSION}.bash`,
  text: TEXT,
  sha256: createHash("sha256").update(TEXT, "utf8").digest("hex"),
};
