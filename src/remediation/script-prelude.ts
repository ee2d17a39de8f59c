/**
 * Functions that every script holds: they read its arguments, query, change and compute. Lower-case names are the
 * script's
 * own, upper-case names are parameters. The dry run uses only builtins, so nothing must be installed.
 * Bash 3.2 and newer (macOS).
 */
export const SCRIPT_PRELUDE = String.raw`
LC_ALL=C
mode=''  # show: print only. check: query the cluster, change nothing. apply: change.
part=apply
line=()

usage() {
  printf '%s\n' \
    "usage: bash $(printf '%q' "$0") [apply|verify|rollback] [--check | --apply] [--namespace NAME]" \
    '' \
    'Without a flag nothing runs: each command is printed. Changes show --dry-run=server if kubectl supports it.' \
    '  --check   queries the cluster, and lets the API server test the changes without applying them' \
    '  --apply   runs the changes; CAUSEWAY_APPLY=1 does the same'
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

change() {
  compose "$@"
  if [[ "$mode" == apply ]]; then show 'changes:     '; call; else show 'would change:'; fi
}

# A change that the API server can test without applying it.
change_checkable() {
  compose "$@"
  case "$mode" in
    apply) show 'changes:     '; call ;;
    check) line+=(--dry-run=server); show 'tests change:'; call ;;
    *) line+=(--dry-run=server); show 'would change:' ;;
  esac
}

# ask NAME COMMAND...: keeps a one-word answer, such as 3 or 512Mi.
ask() {
  local name=$1 answer
  shift
  compose "$@"
  if [[ "$mode" == show ]]; then
    show 'would query: '
    printf -v "$name" '%s' "$name"
    return 0
  fi
  show 'queries:     '
  answer="$(call)"
  [[ "$answer" =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] && ((${"$"}{#answer} <= 253)) ||
    fail "the cluster gave no usable value for $name; it was not used"
  printf -v "$name" '%s' "$answer"
}

# compute NAME QUANTITY plus|times NUMBER: keeps the unit.
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
  printf -v "$name" '%s' "$number$unit"
}

say() {
  printf '%s\n' "$1"
}

on_exit() {
  local status=$?
  if ((status != 0)) && [[ "$mode" == apply && "$part" == apply ]]; then
    printf 'causeway: stopped with status %d. The changes made are printed above. ' "$status" >&2
    printf 'To undo them: bash %q rollback --apply\n' "$0" >&2
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
        [[ -z "$namespace" || "$namespace" == "$2" ]] || fail "the evidence gives the namespace $namespace"
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
  if [[ "$mode" == show ]]; then say 'Dry run: no command runs. Use --check to test, --apply to run.'; fi
  "$part"
  # After a mere test, verification would check the old state.
  if [[ "$part" == apply && "$mode" != check ]]; then verify; fi
}
`.trim();
