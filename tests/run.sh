#!/usr/bin/env bash
# Builds everything, runs every test, publishes for every platform. The last line is: N passed, N failed, N skipped
#
#   bash tests/run.sh           the quick versions, under 20 minutes on two cores
#   bash tests/run.sh --full    the long versions too (TESTS_FULL=1 for the tests), and every benchmark once
#
# Needs the .NET SDK. mosquitto, Chromium, strace, pandas and python3-onnx are installed from the system's packages when they are missing; where that cannot be
# done, the tests that need them skip and say so.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

full=no
case "${1:-}" in
    "") ;;
    --full) full=yes ;;
    *) echo "run.sh: unknown argument $1; known: --full" >&2; exit 2 ;;
esac

# One configuration for the tests and for 'dotnet run', so that nothing is built twice; what is shipped is published as Release.
configuration=Debug
rids="linux-x64 linux-arm64 win-x64"
suites="Architecture Unit Golden Simulation EndToEnd"
suite_seconds_max=900
[ "$full" = yes ] && suite_seconds_max=7200

passed=0 failed=0 skipped=0
logs=artifacts/test-logs
rm -rf "$logs"
mkdir -p "$logs"

export PATH="$PATH:/usr/sbin:/sbin"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en TESTINGPLATFORM_TELEMETRY_OPTOUT=1
[ "$full" = yes ] && export TESTS_FULL=1
# Build processes that would stay: none is kept for reuse, and the compiler server is our own, found by its name at the end.
export MSBUILDDISABLENODEREUSE=1 SharedCompilationId="tests-run-$$"
# Everything started below carries this, so that whatever is left at the end can be found.
export TESTS_RUN_ID="tests-run-$$"

say() { printf '\n== %s\n' "$*"; }

pass() { passed=$((passed + 1)); echo "passed: $*"; }

fail() { failed=$((failed + 1)); echo "FAILED: $*"; }

# Processes of this run that still live, without this script and what it is running right now.
left_behind() {
    local id
    for id in /proc/[0-9]*; do
        id=${id#/proc/}
        [ "$id" = "$$" ] || [ "$id" = "$BASHPID" ] && continue
        grep -qz "^TESTS_RUN_ID=$TESTS_RUN_ID\$" "/proc/$id/environ" 2>/dev/null && echo "$id"
    done
}

command_of() { tr '\0' ' ' < "/proc/$1/cmdline" 2>/dev/null | cut -c1-160; }

clean_up() {
    trap - EXIT INT TERM
    local id command
    for id in $(left_behind); do
        command=$(command_of "$id")
        [ -n "$command" ] || continue
        case $command in
            *VBCSCompiler*) ;;
            *) echo "ended a process that was left behind: $command" ;;
        esac
        kill "$id" 2>/dev/null
    done
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ -z "$(left_behind)" ] && return
        sleep 0.2
    done
    for id in $(left_behind); do kill -9 "$id" 2>/dev/null; done
}

close() {
    clean_up
    echo
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && exit 0
    exit 1
}

trap 'clean_up; exit 130' INT TERM
trap clean_up EXIT

# ---- what the tests need of the system ----

install_missing() {
    local missing="" as_root="" pair
    for pair in mosquitto:mosquitto mosquitto_pub:mosquitto-clients chromium:chromium strace:strace; do
        command -v "${pair%%:*}" >/dev/null 2>&1 && continue
        [ "${pair%%:*}" = chromium ] && { command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1 && continue
        missing="$missing ${pair##*:}"
    done
    /usr/bin/python3 -c 'import pandas' 2>/dev/null || missing="$missing python3-pandas"
    /usr/bin/python3 -c 'import onnx' 2>/dev/null || missing="$missing python3-onnx"
    [ -n "$missing" ] || { echo "mosquitto, Chromium, strace, pandas and python3-onnx are there."; return; }
    command -v apt-get >/dev/null 2>&1 || { echo "skipped installing$missing: there is no apt-get here; tests that need them will skip."; return; }
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || { echo "skipped installing$missing: not root and sudo asks for a password; tests that need them will skip."; return; }
        as_root="sudo -n"
    fi
    echo "installing$missing"
    local log=$logs/packages.log package
    $as_root timeout 300 apt-get -o DPkg::Lock::Timeout=60 update >"$log" 2>&1 || echo "the package lists could not be refreshed; going on with those that are there ($log)."
    for package in $missing; do
        $as_root env DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -o DPkg::Lock::Timeout=60 install -y --no-install-recommends "$package" >>"$log" 2>&1 \
            || echo "skipped $package: it could not be installed ($log); tests that need it will skip."
    done
    # The package starts a broker of its own; the tests bring theirs.
    case $missing in
        *" mosquitto"*) [ -d /run/systemd/system ] && $as_root systemctl disable --now mosquitto.service >>"$log" 2>&1 ;;
    esac
}

# ---- one suite ----

number_of() { grep -E "^ *$1: [0-9]+ *\$" "$2" | tail -n 1 | tr -dc '0-9'; }

run_suite() {
    local suite=$1 log=$logs/$1.log status ok bad not
    timeout --kill-after=30 "$suite_seconds_max" dotnet test --project "tests/$suite" -c "$configuration" --no-build --no-ansi --no-progress --output Detailed --results-directory "$logs/$suite" >"$log" 2>&1
    status=$?
    # What passed needs no line; what failed or was skipped is shown with everything it said.
    awk '/^passed /{quiet=1; next} /^(failed|skipped|Test run summary|Running tests|[^ ])/{quiet=0} !quiet' "$log"
    ok=$(number_of succeeded "$log") bad=$(number_of failed "$log") not=$(number_of skipped "$log")
    passed=$((passed + ${ok:-0})) failed=$((failed + ${bad:-0})) skipped=$((skipped + ${not:-0}))
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
        fail "tests/$suite did not end within $suite_seconds_max s"
    elif [ "${ok:-0}" -eq 0 ] && [ "${bad:-0}" -eq 0 ]; then
        fail "tests/$suite ran no test (exit code $status)"
    elif [ "$status" -ne 0 ] && [ "${bad:-0}" -eq 0 ]; then
        fail "tests/$suite ended with exit code $status although no test failed"
    fi
}

# ---- one platform ----

publish() {
    local rid=$1 log=$logs/publish-$1.log executable=edgeruntime hq=edgehq
    case $rid in win-*) executable=edgeruntime.exe hq=edgehq.exe ;; esac
    local project
    for project in Service Hq; do
        # The analyzers have seen these sources in the build above.
        if ! dotnet publish "src/$project" -c Release -r "$rid" --self-contained -p:RestoreLockedMode=true -p:RunAnalyzers=false -v q >>"$log" 2>&1; then
            tail -n 20 "$log"
            fail "publish src/$project for $rid"
            return
        fi
    done
    local service_folder=artifacts/publish/EdgeRuntime.Service/release_$rid hq_folder=artifacts/publish/EdgeRuntime.Hq/release_$rid
    if [ ! -f "$service_folder/$executable" ] || [ ! -f "$hq_folder/$hq" ]; then
        fail "publish for $rid: $executable or $hq is not there"
        return
    fi
    # What this machine can run must start.
    if [ "$rid" = "linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" ]; then
        if ! timeout 60 "$service_folder/$executable" --help >>"$log" 2>&1 || ! timeout 60 "$hq_folder/$hq" --help >>"$log" 2>&1; then
            tail -n 20 "$log"
            fail "publish for $rid: $executable --help or $hq --help fails"
            return
        fi
    fi
    pass "publish for $rid, self-contained"
}

# ---- the run ----

command -v dotnet >/dev/null 2>&1 || { fail "the .NET SDK is not installed (no dotnet on the path)"; close; }

say "system packages"
install_missing

say "restore, locked"
if ! dotnet restore EdgeRuntime.sln --locked-mode -v q >"$logs/restore.log" 2>&1; then
    cat "$logs/restore.log"
    fail "restore with the lock files in .locks/"
    close
fi

say "build, warnings are errors"
if ! dotnet build EdgeRuntime.sln -c "$configuration" --no-restore -v q >"$logs/build.log" 2>&1; then
    grep -E "(error|warning) " "$logs/build.log" | sort -u | head -n 60
    fail "build"
    close
fi

for suite in $suites; do
    say "tests/$suite"
    run_suite "$suite"
done

if [ "$full" = yes ]; then
    say "benchmarks, each once"
    if dotnet run --project tests/Benchmarks -c Release -- --job Dry --filter '*' --artifacts "$logs/benchmarks" >"$logs/benchmarks.log" 2>&1; then
        pass "every benchmark runs"
    else
        tail -n 40 "$logs/benchmarks.log"
        fail "benchmarks"
    fi
fi

say "publish"
for rid in $rids; do
    publish "$rid"
done

close
