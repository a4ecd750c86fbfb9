. scripts/settings.sh
sleep "$PACE"
cat level/monsters.txt level/treasure.txt level/hero.txt > level/things.txt
awk '
  NR == FNR { thing[$1 "," $2] = $3; next }
  {
    line = ""
    for (column = 1; column <= length($0); column++) {
      place = FNR "," column
      line = line (place in thing ? thing[place] : substr($0, column, 1))
    }
    print line
  }
' level/things.txt level/rooms.txt > LEVEL.txt
rm level/things.txt
cat LEVEL.txt
