#!/bin/sh
# Looks wherever a job's token could be found from inside a stage, and writes what it found to found.txt.
needle='ghs_[A-Za-z0-9_]{20}'
found() { echo "$1" >> found.txt; }
: > found.txt
tr '\0' '\n' < /proc/self/environ | grep -aE "$needle|^(INPUT_|ACTIONS_RUNTIME|ACTIONS_ID_TOKEN|ACTIONS_RESULTS|GITHUB_(ENV|PATH|OUTPUT|STATE|STEP_SUMMARY|TOKEN)=)" && found "own environment"
for pid in /proc/[0-9]*; do
  [ "$pid" = "/proc/$$" ] && continue
  owner=$(stat -c %u "$pid" 2>/dev/null) || continue
  [ "$owner" = "$(id -u)" ] && continue
  cat "$pid/environ" >/dev/null 2>&1 && found "environ of $pid"
  head -c 1 "$pid/mem" >/dev/null 2>&1 && found "mem of $pid"
  ls "$pid/fd" >/dev/null 2>&1 && found "descriptors of $pid"
  tr '\0' ' ' < "$pid/cmdline" 2>/dev/null | grep -aqE "$needle" && found "command line of $pid"
done
[ -w /var/run/docker.sock ] && found "docker"
command -v sudo >/dev/null && sudo -n true 2>/dev/null && found "sudo"
[ "$(id -u)" = 0 ] && found "root"
grep -q '^NoNewPrivs:.*1' /proc/self/status || found "may gain privileges"
grep -q '^CapBnd:.*0000000000000000' /proc/self/status || found "capabilities"
[ "$(id -G)" = "$(id -g)" ] || found "groups"
git config --list 2>/dev/null | grep -aE "$needle|extraheader" && found "git configuration"
for place in "$RUNNER_TEMP" "$GITHUB_WORKSPACE" "$CANARY_JOB"; do
  [ -n "$place" ] && ls "$place" >/dev/null 2>&1 && found "the job's folder $place"
done
find / -xdev -newer /proc/1/cmdline -type f -readable -size -200k \
  \( -path '*/_temp/*' -o -path '*/attractor-e2e-*' -o -path '*/attractor-driver/*' \) -not -path '/proc/*' 2>/dev/null | head -3000 |
  xargs -r grep -laE "$needle" 2>/dev/null | head -3 | while read -r file; do found "file $file"; done
(setsid sh -c 'sleep 300' >/dev/null 2>&1 &)
echo "id $(id)"
cat found.txt
if [ -s found.txt ]; then exit 1; fi
echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"
