#!/usr/bin/env bash
# Makes the fault library: for each seed twelve hours of plant with two faults an hour, each on a day of its own, and the truth of all of them.
#   bash firmware-sim/fault-library/make.sh FOLDER [HOURS [RATE]]      seeds 1-20 lie in plant/early, 21-40 in plant/late
#   edgehq evaluate --recipe FOLDER/faults.yaml                        learns from the first, asks about the others
set -eu
[ $# -ge 1 ] || { echo "make.sh: say which folder to write to, such as /tmp/fault-library" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sim=${FIRMWARE_SIM:-$here/../../artifacts/bin/EdgeRuntime.FirmwareSim/${CONFIGURATION:-debug}/firmware-sim}
[ -x "$sim" ] || { echo "make.sh: $sim is not built; run: dotnet build firmware-sim" >&2; exit 2; }
target=$1 hours=${2:-12} rate=${3:-1}
mkdir -p "$target/plant/early" "$target/plant/late"
cp "$here"/*.yaml "$target/"
echo "asset,fault,class,signal,severity,from,to" > "$target/truth.csv"
for seed in $(seq 1 40); do
    part=early
    [ "$seed" -le 20 ] || part=late
    "$sim" faults --seed "$seed" --for "PT${hours}H" --out "$target/script.yaml" > /dev/null
    # Truths are told apart by their times, so every seed has a day of its own.
    "$sim" simulate --script "$target/script.yaml" --rate "$rate" --start "$(date -u -d "2026-01-01 + $((seed * 2)) days" +%Y-%m-%dT00:00:00Z)" --for "PT${hours}H" \
        --out "$(printf '%s/plant/%s/seed-%02d.csv' "$target" "$part" "$seed")" --received --truth-out "$target/truth-of-one.csv" > /dev/null
    tail -n +2 "$target/truth-of-one.csv" >> "$target/truth.csv"
done
rm "$target/script.yaml" "$target/truth-of-one.csv"
