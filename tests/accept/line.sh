# Sourced by the acceptance runs with their arguments: the lines they print, and a clean clone of HEAD to run against. Expects $repository; gives $full, $work, $clone and $missed.
full=no
case "${1:-}" in
    "") ;;
    --full) full=yes ;;
    *) echo "$(basename "$0"): unknown argument $1; known: --full" >&2; exit 2 ;;
esac

work=$(mktemp -d)
service=''
trap '[ -n "$service" ] && kill "$service" 2> /dev/null; rm -rf "$work"' EXIT
clone=$work/edgeruntime
missed=0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
export EDGERUNTIME_ACCEPT=1 EDGERUNTIME_FIGURES=$work/figures

ok() { printf 'ok    %s\n' "$1"; [ -n "${2:-}" ] && printf '        %s\n' "$2"; return 0; }

miss() { printf 'MISS  %s\n' "$1"; [ -n "${2:-}" ] && printf '        %s\n' "$2"; missed=$((missed + 1)); }

# reduced N OF: ' (reduced N of OF)' unless everything runs in full.
reduced() { [ "$full" = yes ] || printf ' (reduced %s of %s)' "$1" "$2"; }

# check LINE SUITE FILTER...: runs tests; ok when all passed and none was skipped. What each test did is in $work/test.xml.
check() {
    local line=$1 suite=$2
    shift 2
    : > "$EDGERUNTIME_FIGURES"
    local log=$work/test.log
    rm -f "$work/test.xml"
    "$clone/artifacts/bin/EdgeRuntime.Tests.$suite/debug/EdgeRuntime.Tests.$suite" "$@" -result-xml "$work/test.xml" > "$log" 2>&1 < /dev/null
    local exit=$? figures summary
    figures=$(paste -sd'|' "$EDGERUNTIME_FIGURES" | sed 's/|/\n        /g')
    summary=$(grep -o 'Total: .*' "$log" | tail -n 1)
    if [ $exit -eq 0 ] && [[ $summary == *"Failed: 0, Skipped: 0"* ]] && [[ $summary != "Total: 0"* ]]; then
        ok "$line" "${figures:-$summary}"
    else
        miss "$line" "${summary:-the tests did not run}"
        sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -E -A 4 '\[FAIL\]|\[SKIP\]|error' | head -n 20 | sed 's/^/        /'
    fi
}

seconds() { awk -v a="$1" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }'; }

# bench NAME [ARGUMENT...]: runs a benchmark; each of its TARGET lines becomes a line of its own.
bench() {
    local name=$1 log=$work/bench-$1 targets=0 line
    "$clone/artifacts/bin/EdgeRuntime.Tests.Benchmarks/release/EdgeRuntime.Tests.Benchmarks" "$@" > "$log" 2>&1 < /dev/null
    while read -r line; do
        targets=$((targets + 1))
        case $line in
            *' ok' | *' ok '*) ok "target ${line#TARGET }" ;;
            *) miss "target ${line#TARGET }" ;;
        esac
    done < <(grep '^TARGET ' "$log")
    [ $targets -gt 0 ] && grep -v '^TARGET ' "$log" | sed 's/^/        /' || miss "benchmark $name" "$(tail -n 3 "$log")"
}

git clone -q "$repository" "$clone" || exit 2
[ -d "$repository/../shared" ] && ln -s "$(cd "$repository/../shared" && pwd)" "$work/shared"
cd "$clone" || exit 2
