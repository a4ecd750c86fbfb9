#!/bin/sh
# In a stage that is the driver's own user: finds the job's token as such a user can, and tries to write with it.
# Succeeds when the token is found and good for reading, was not handed to this stage, and can write nothing.
handed() { env | grep -aqE 'ghs_[A-Za-z0-9_]{20}|^(INPUT_|ACTIONS_|GITHUB_TOKEN=)'; }
(CANARY_PLANTED="ghs_$(printf 'A%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)"; export CANARY_PLANTED; handed) || { echo "a planted token is not seen: this test proves nothing"; exit 1; }
(INPUT_PLANTED=x; export INPUT_PLANTED; handed) || { echo "a planted name is not seen: this test proves nothing"; exit 1; }
handed && echo "the stage was handed a credential" && exit 1
pid=$PPID
token=
while [ "$pid" -gt 1 ]; do
  if tr '\0' '\n' < "/proc/$pid/environ" | grep -aq '^INPUT_TOKEN='; then
    token=$(tr '\0' '\n' < "/proc/$pid/environ" | sed -n 's/^INPUT_TOKEN=//p')
    server=$(tr '\0' '\n' < "/proc/$pid/environ" | sed -n 's/^GITHUB_SERVER_URL=//p')
    api=$(tr '\0' '\n' < "/proc/$pid/environ" | sed -n 's/^GITHUB_API_URL=//p')
    break
  fi
  pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
done
[ -n "$token" ] || { echo "no token found: this test proves nothing"; exit 1; }
# In no command line: other tests look for tokens there.
remote=$server/ada/game.git
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.extraheader
export GIT_CONFIG_VALUE_0="authorization: basic $(printf 'x-access-token:%s' "$token" | base64 -w0)"
git ls-remote --exit-code "$remote" refs/heads/main >/dev/null || { echo "the token reads nothing: this test proves nothing"; exit 1; }
for ref in refs/heads/stolen refs/heads/main "refs/attractor/$ATTRACTOR_RUN_ID/trunk" "refs/attractor/$ATTRACTOR_RUN_ID/stolen"; do
  git push --force "$remote" "HEAD:$ref" >/dev/null 2>&1 && { echo "pushed $ref"; exit 1; }
done
post() {
  printf 'header = "authorization: Bearer %s"' "$token" |
    curl -s -o /dev/null -w '%{http_code}' -X POST -K - -H 'content-type: application/json' -d "$2" "$api/repos/ada/game/$1"
}
[ "$(post git/refs "{\"ref\":\"refs/heads/stolen\",\"sha\":\"$(git rev-parse HEAD)\"}")" = 403 ] || { echo "made a ref"; exit 1; }
[ "$(post actions/workflows/attractor-run.yml/dispatches '{"ref":"main","inputs":{"graph":"x"}}')" = 403 ] || { echo "dispatched"; exit 1; }
echo "the token writes nothing"
