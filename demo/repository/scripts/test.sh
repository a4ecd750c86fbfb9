. scripts/settings.sh
sleep "$PACE"
failed=0
expect() {
  found=$(tr -cd "$2" < LEVEL.txt | wc -c | tr -d ' ')
  if [ "$found" = "$3" ]; then echo "ok   $1: $found"; else echo "FAIL $1: $found, expected $3"; failed=1; fi
}
expect heroes @ 1
expect monsters A-Za-z 3
expect treasure '$!' 4
exit $failed
