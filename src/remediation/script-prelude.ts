/**
 * What every script brings along: reading its arguments, and the four ways in which it touches the world. Lower-case names are
 * its own; upper-case ones are parameters. In the dry run it uses builtins alone, so nothing needs to be installed.
 * Bash 3.2 and newer (macOS).
 */
export const SCRIPT_PRELUDE = String.raw`
LC_ALL=C
mode=''  # show: print only. check: ask the cluster, change nothing. apply: change.
part=apply
line=()

usage() {
  printf '%s\n' \
    "usage: bash $(printf '%q' "$0") [apply|verify|rollback] [--check | --apply] [--namespace NAME]" \
    '' \
    'Without a flag nothing runs: each command is printed, changes with --dry-run=server where kubectl knows it.' \
    '  --check   asks the cluster and lets the API server try the changes without keeping them' \
    '  --apply   really runs; so does CAUSEWAY_APPLY=1'
}

fail() {
  printf 'causeway: %s\n' "$1" >&2
  exit 1
}

compose() {
  if [[ "$1" == kubectl && -n "$namespace" ]]; then
    line=(kubectl "--namespace=$namespace" "${"$"}{@:2}")
  else
    line=("$@")
  fi
}

show() {
  local text
  printf -v text ' %q' "${"$"}{line[@]}"
  printf '%s%s\n' "$1" "$text"
}

# Only an installed program, never a function, a builtin or a shell word.
call() {
  local program
  program="$(type -P -- "${"$"}{line[0]}")" || fail "${"$"}{line[0]} is not installed or not on the PATH"
  "$program" "${"$"}{line[@]:1}"
}

look() {
  compose "$@"
  if [[ "$mode" == show ]]; then show 'would ask:   '; else show 'asks:        '; call; fi
}

change() {
  compose "$@"
  if [[ "$mode" == apply ]]; then show 'changes:     '; call; else show 'would change:'; fi
}

# A change that the API server can try without keeping it.
change_checkable() {
  compose "$@"
  case "$mode" in
    apply) show 'changes:     '; call ;;
    check) line+=(--dry-run=server); show 'tries:       '; call ;;
    *) line+=(--dry-run=server); show 'would change:' ;;
  esac
}

# ask NAME COMMAND...: keeps a one-word answer, such as 3 or 512Mi.
ask() {
  local name=$1 answer
  shift
  compose "$@"
  if [[ "$mode" == show ]]; then
    show 'would ask:   '
    printf -v "$name" '%s' "$name"
    return 0
  fi
  show 'asks:        '
  answer="$(call)"
  [[ "$answer" =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] && ((${"$"}{#answer} <= 253)) || fail "the cluster does not say what $name is; nothing was done with it"
  printf -v "$name" '%s' "$answer"
}

# compute NAME QUANTITY plus|times NUMBER: keeps the unit.
compute() {
  local name=$1 quantity=$2 operator=$3 by=$4 number unit
  if [[ "$mode" == show ]]; then
    printf -v "$name" '%s' "$name"
    return 0
  fi
  [[ "$quantity" =~ ^([0-9]+)([A-Za-z]*)$ ]] && ((${"$"}{#BASH_REMATCH[1]} <= 12)) || fail "\"$quantity\" is not a quantity"
  number=${"$"}{BASH_REMATCH[1]}
  unit=${"$"}{BASH_REMATCH[2]}
  if [[ "$operator" == plus ]]; then number=$((10#$number + by)); else number=$((10#$number * by)); fi
  printf -v "$name" '%s' "$number$unit"
}

say() {
  printf '%s\n' "$1"
}

on_exit() {
  local status=$?
  if ((status != 0)) && [[ "$mode" == apply && "$part" == apply ]]; then
    printf 'causeway: stopped with status %d. What was changed is printed above. To undo: bash %q rollback --apply\n' "$status" "$0" >&2
  fi
}

main() {
  while (($# > 0)); do
    case "$1" in
      apply | verify | rollback) part=$1 ;;
      --apply) mode=apply ;;
      --check) mode=check ;;
      --dry-run) mode=show ;;
      --namespace)
        [[ $# -ge 2 && "$2" =~ ^[a-z0-9]([a-z0-9-]*[a-z0-9])?$ ]] || fail '--namespace needs a name'
        [[ -z "$namespace" || "$namespace" == "$2" ]] || fail "the evidence names the namespace $namespace"
        namespace=$2
        shift
        ;;
      -h | --help) usage; exit 0 ;;
      *) usage >&2; exit 2 ;;
    esac
    shift
  done
  if [[ -z "$mode" ]]; then
    if [[ "${"$"}{CAUSEWAY_APPLY:-}" == 1 ]]; then mode=apply; else mode=show; fi
  fi
  trap on_exit EXIT
  if [[ "$mode" == show ]]; then say 'Dry run: nothing is run. Flags: --check, --apply.'; fi
  "$part"
  # Verifying what was only tried would judge the old state.
  if [[ "$part" == apply && "$mode" != check ]]; then verify; fi
}
`.trim();
