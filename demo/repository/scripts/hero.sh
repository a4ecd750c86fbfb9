. scripts/settings.sh
sleep "$PACE"
mkdir -p level
echo '4 2 @' > level/hero.txt
echo "the hero stands at the western wall"
