. scripts/settings.sh
sleep "$PACE"
mkdir -p level
cat > level/plan.txt <<'PLAN'
Two rooms and a long way between them.
Three monsters, one of them asleep on the gold.
PLAN
cat level/plan.txt
