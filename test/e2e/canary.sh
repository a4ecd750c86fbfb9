#!/bin/sh
# Looks wherever a job's token could be found from inside a stage, and writes what it found to found.txt. Every look is first
# made at a token that was planted for it: one that misses it is blind, and says so (R-SEC-4).
needle='ghs_[A-Za-z0-9_]{20}'
# Made here: no file may hold it but the planted one. As a needle of another kind would want it, when a test changes the needle.
planted="ghs_$(printf 'A%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24)"
found() { echo "$1" >> found.txt; }
blind() { found "blind: the look at $1 does not find a planted token"; }
: > found.txt

# The shell's own /proc/self/environ is what it was started with, and a program that it becomes has another: asked by a child.
in_environment() { env | grep -aqE "$needle|^(INPUT_|ACTIONS_RUNTIME|ACTIONS_ID_TOKEN|ACTIONS_RESULTS|GITHUB_(ENV|PATH|OUTPUT|STATE|STEP_SUMMARY|TOKEN)=)"; }
in_command_line() { tr '\0' ' ' < "$1/cmdline" 2>/dev/null | grep -aqE "$needle"; }
readable_environ() { cat "$1/environ" >/dev/null 2>&1; }
# Opening it is what needs the right; its first page is never there.
open_memory() { (: < "$1/mem") 2>/dev/null; }
open_descriptors() { ls "$1/fd" >/dev/null 2>&1; }
in_git() { git config --list 2>/dev/null | grep -aqE "$needle|extraheader"; }
in_files() {
  find / -xdev \( -path /proc -o -path /sys \) -prune -o -type f -readable -size -200k \
    \( -path '*/_temp/*' -o -path '*/attractor-e2e-*' -o -path '*/attractor-driver/*' \) -print 2>/dev/null |
    tr '\n' '\0' | xargs -0 -r grep -laE "$needle" 2>/dev/null
}

(CANARY_PLANTED=$planted; export CANARY_PLANTED; in_environment) || blind environment
(INPUT_PLANTED=x; export INPUT_PLANTED; in_environment) || blind "names in the environment"
# Another word than the token's: a canary beside this one looks at all command lines too.
sh -c 'sleep 60; :' planted_in_a_command_line & control="/proc/$!"
sleep 0.2
(needle=planted_in_a_[a-z]; in_command_line "$control") || blind "command lines"
readable_environ "$control" || blind "environments of processes"
open_memory "$control" || blind "memory of processes"
open_descriptors "$control" || blind "descriptors of processes"
kill "${control#/proc/}"
(GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.extraheader GIT_CONFIG_VALUE_0=x; export GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0; in_git) || blind "git's configuration"
# Its own folder for files lies where nobody can list: what is looked for would lie where one can.
here=$(mktemp -d /tmp/attractor-canary-XXXXXX)
mkdir "$here/_temp" && echo "$planted" > "$here/_temp/planted"
in_files > files.txt
grep -qxF "$here/_temp/planted" files.txt || blind files
rm -r "$here"

in_environment && found "own environment"
for pid in /proc/[0-9]*; do
  [ "$pid" = "/proc/$$" ] && continue
  owner=$(stat -c %u "$pid" 2>/dev/null) || continue
  [ "$owner" = "$(id -u)" ] && continue
  readable_environ "$pid" && found "environ of $pid"
  open_memory "$pid" && found "mem of $pid"
  open_descriptors "$pid" && found "descriptors of $pid"
  in_command_line "$pid" && found "command line of $pid"
done
[ -w /var/run/docker.sock ] && found "docker"
command -v sudo >/dev/null && sudo -n true 2>/dev/null && found "sudo"
[ "$(id -u)" = 0 ] && found "root"
grep -q '^NoNewPrivs:.*1' /proc/self/status || found "may gain privileges"
grep -q '^CapBnd:.*0000000000000000' /proc/self/status || found "capabilities"
[ "$(id -G)" = "$(id -g)" ] || found "groups"
in_git && found "git configuration"
grep -vxF "$here/_temp/planted" files.txt | head -3 | while read -r file; do found "file $file"; done
rm files.txt
(setsid sh -c 'sleep 300' >/dev/null 2>&1 &)
echo "id $(id)"
cat found.txt
if [ -s found.txt ]; then exit 1; fi
echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"
