. scripts/settings.sh
sleep "$PACE"
mkdir -p level
# row column letter
printf '%s\n' '3 5 $' '2 32 $' '5 33 $' '10 15 !' > level/treasure.txt
echo "$(wc -l < level/treasure.txt) things worth finding"
