. scripts/settings.sh
echo "asking the bestiary at $BESTIARY"
sleep "$PACE"
mkdir -p level
node scripts/fetch.js "$BESTIARY" > level/monsters.txt || exit 1
cat level/monsters.txt
