# Starts the bundle with a Node.js that is there. POSIX sh: an image of a job's own may have no bash.
# Each way ends in exec: the runner signals the step's first process alone, and that must be Node.
unset NODE_ICU_DATA # the runner takes it away for its own JavaScript actions, too
main=$GITHUB_ACTION_PATH/dist/main.mjs
tried=
# Room for what a start makes: V8 collects garbage twice before the first decision otherwise (docs/decisions/084).
room=--min-semi-space-size=8

# Runs the bundle with $1 when that is a Node of version $least or newer that works on this system.
try() {
  [ -x "$1" ] || return 0
  with=$room
  version=$("$1" "$with" --version 2>/dev/null) || {
    with= # a Node that does not know the flag refuses it
    version=$("$1" --version 2>/dev/null) || version=unusable
  }
  major=${version#v}
  major=${major%%.*}
  case $major in
    '' | *[!0-9]*) ;;
    *) [ "$major" -lt "$least" ] || exec "$1" ${with:+"$with"} "$main" ;;
  esac
  tried="$tried $1 ($version)"
}

for least in 24 22; do
  tried=
  # The Node that the runner brings for actions: mounted in a job's container, beside the program that started this
  # shell, or above the work folder of a self-hosted runner.
  for node in /__e/node*/bin/node; do try "$node"; done
  worker=$(readlink "/proc/$PPID/exe" 2>/dev/null || ps -o comm= -p "$PPID" 2>/dev/null) || worker=
  case $worker in
    */bin*/Runner.Worker) for node in "${worker%/*/*}"/externals/node*/bin/node; do try "$node"; done ;;
  esac
  for node in "${RUNNER_TEMP:-/}"/../../externals/node*/bin/node; do try "$node"; done
  # What the machine has, or a step before this one installed.
  try "$(command -v node)"
  for node in "${RUNNER_TOOL_CACHE:-/opt/hostedtoolcache}"/node/*/*/bin/node; do try "$node"; done
done

echo "::error title=No Node.js::Attractor needs Node.js 22 or newer and found none. Put actions/setup-node before it, or use an image that has Node.js.%0ATried:${tried:- nothing}"
exit 1
