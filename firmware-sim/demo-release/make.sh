#!/usr/bin/env bash
# Makes the demo's release again, the same bytes every time: six half hours of ordinary plant from six seeds, then one training run.
#   bash firmware-sim/demo-release/make.sh [FOLDER FOR THE RELEASE]
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")"
root=../..
configuration=${CONFIGURATION:-debug}
sim=$root/artifacts/bin/EdgeRuntime.FirmwareSim/$configuration/firmware-sim
hq=$root/artifacts/bin/EdgeRuntime.Hq/$configuration/edgehq
for program in "$sim" "$hq"; do
    [ -x "$program" ] || { echo "make.sh: $program is not built; run: dotnet build EdgeRuntime.sln" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for seed in 101 102 103 104 105 106; do
    # Half hours on different days and hours: mains, weather and load are not those of one morning.
    "$sim" simulate --out "$work/normal-$seed.csv" --seed "$seed" --rate 10 --for PT30M --speed max --start "2026-01-0$((seed - 100))T0$((seed - 100)):00:00Z" > /dev/null
done
cp recipe.yaml "$work/"
cp ../demo-site/pipeline.yaml "$work/"
"$hq" train --recipe "$work/recipe.yaml" --output "${1:-pump-skid}" --replace
