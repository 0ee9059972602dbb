#!/usr/bin/env bash
# The targets and 'must hold' lines of the main job, one by one, against real parts. Prints per line 'ok' or 'MISS' with the figure.
#
#   bash tests/accept/main-job.sh           within 25 minutes on two cores; every line in full
#
# Works on a clean clone of HEAD in a temporary folder, beside which ../shared is laid when it is beside this repository.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
repository=$PWD
source tests/accept/line.sh "$@" # Every line runs in full either way.

# healthy PORT: /health answers 200. Plain bash, so that nothing needs to be installed.
healthy() { (exec 3<> "/dev/tcp/127.0.0.1/$1" && printf 'GET /health HTTP/1.0\r\n\r\n' >&3 && read -r -t 5 line <&3 && [[ $line == *' 200 '* ]]) 2> /dev/null; }

# ---- The two README commands, build time, first decision ----
began=$(date +%s.%N)
if dotnet build EdgeRuntime.sln > "$work/build.log" 2>&1; then
    took=$(seconds "$began")
    awk -v t="$took" 'BEGIN { exit !(t <= 180) }' && ok "a cold build of the tree takes at most 3 min" "$took s" || miss "a cold build of the tree takes at most 3 min" "$took s"
else
    miss "the tree builds from a clean clone" "$(grep -m 3 error "$work/build.log")"
    exit 1
fi

if dotnet run --no-build --project src/Service -- demo --for 20s --json --port 0 > "$work/demo.out" 2> "$work/demo.err" < /dev/null; then
    ok "the README's first command works with no other step" "$(tail -n 1 "$work/demo.out" | cut -c1-300)"
else
    miss "the README's first command works with no other step" "$(tail -n 3 "$work/demo.err")"
fi

check "demo: first decision within 15 s, fault caught within 15 s and said, received = stored + accounted, every decision replays" EndToEnd -class '*.MainJob.DemoTests'
check "the demo's release is remade from its seeds with the same golden scores" EndToEnd -class '*.MainJob.DemoReleaseTests'

began=$(date +%s.%N)
if EDGERUNTIME_ACCEPT='' bash tests/run.sh > "$work/run.log" 2>&1 < /dev/null; then
    took=$(seconds "$began")
    awk -v t="$took" 'BEGIN { exit !(t <= 1200) }' && ok "the README's second command passes, within 20 min" "$(tail -n 1 "$work/run.log"); $took s" || miss "the README's second command passes, within 20 min" "it passes, but took $took s"
else
    miss "the README's second command passes, within 20 min" "$(tail -n 1 "$work/run.log"); $(grep -m 5 -E '^FAILED|^failed' "$work/run.log" | sed '2,$s/^/        /')"
fi

# ---- A published build serves /health in under 2 s ----
if dotnet publish src/Service -c Release -r linux-x64 --self-contained -o "$work/published" > "$work/publish.log" 2>&1; then
    mkdir -p "$work/box"
    cp appsettings.json "$work/box/"
    sed -i 's/"allowUnsigned": *false/"allowUnsigned": true/; s/"port": *8080/"port": 18080/; s/"enabled": *false/"enabled": true/; s/"port": *1883/"port": 18883/' "$work/box/appsettings.json"
    cp -r firmware-sim/demo-site "$work/box/site"
    rm -f "$work/box/site/normal.yaml" "$work/box/site/faults.yaml"
    cp -r firmware-sim/demo-release "$work/box/registry"
    # The first start also makes the journal's first segment; the second is the one a restart after a power cut sees.
    for start in first second; do
        began=$(date +%s.%N)
        "$work/published/edgeruntime" run --settings "$work/box/appsettings.json" > "$work/run.out" 2>&1 < /dev/null &
        service=$!
        # 1500 looks are at least half a minute: a service that lives and never is well must not hold up the rest.
        for look in {1..1500}; do healthy 18080 && break; kill -0 $service 2> /dev/null || break; sleep 0.02; done
        took=$(seconds "$began")
        healthy 18080 || took=999
        kill -TERM $service 2> /dev/null
        wait $service || miss "a published build stops with 0 when it is told to stop ($start start)" "$(tail -n 2 "$work/run.out")"
        service=''
        awk -v t="$took" 'BEGIN { exit !(t < 2) }' && ok "a published build serves /health in under 2 s ($start start)" "$took s" || miss "a published build serves /health in under 2 s ($start start)" "$took s; $(tail -n 2 "$work/run.out")"
    done
else
    miss "a published build serves /health in under 2 s" "$(grep -m 3 error "$work/publish.log")"
fi

# ---- Conformance and F1, kills, bits, bad inputs ----
check "conformance: all SKAB files and two class-2 wells through mosquitto at 1000x, with redeliveries; F1 >= 0.73" EndToEnd -class '*.MainJob.ConformanceTests'
export EDGERUNTIME_KILLS=100
check "kill -9 at 100 random moments at 2,500 samples/s over QoS 1: every message stored exactly once, chain verifies, replay identical" EndToEnd -class '*.MainJob.KillTests'
check "one bit changed in a sample, a weight, a pipeline parameter or a rule: verify or replay names the decision and the stage" EndToEnd -class '*.MainJob.OneBitTests'
check "bad inputs: each gives the promised sentence, none stops ingestion of the others" EndToEnd -class '*.MainJob.BadInputTests' -class '*.MainJob.BadConfigurationTests' -class '*.MainJob.BadSurroundingsTests'
check "an injected EIO of fdatasync is reported; the framework's flush does not report it" Unit -class '*.Journal.RealFlushTests'

# ---- Benchmarks: both sides in one run ----
if dotnet build tests/Benchmarks -c Release > "$work/bench-build.log" 2>&1; then
    bench=artifacts/bin/EdgeRuntime.Tests.Benchmarks/release/EdgeRuntime.Tests.Benchmarks
    "$bench" journal 3 > "$work/bench-journal" 2>&1 && ok "benchmark: durable append against SQLite (WAL, FULL) and LiteDB" "$(tail -n 12 "$work/bench-journal" | sed '2,$s/^/        /')" || miss "benchmark: durable append against SQLite and LiteDB" "$(tail -n 3 "$work/bench-journal")"
    "$bench" inference > "$work/bench-inference" 2>&1 && ok "benchmark: inference call against a bare preallocated session" "$(tail -n 10 "$work/bench-inference" | sed '2,$s/^/        /')" || miss "benchmark: inference call against a bare session" "$(tail -n 3 "$work/bench-inference")"
else
    miss "the benchmarks build" "$(grep -m 3 error "$work/bench-build.log")"
fi

check "the architecture tests are green" Architecture

echo
[ $missed -eq 0 ] && echo "main-job: every line holds" || echo "main-job: $missed lines missed"
[ $missed -eq 0 ]
