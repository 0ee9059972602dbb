#!/usr/bin/env bash
# The targets and 'must hold' lines of the journal, point in time and reproducibility, one by one, against real parts. Prints per line 'ok' or 'MISS' with the figure.
#
#   bash tests/accept/truth.sh           within 25 minutes on two cores; what does not fit runs reduced and says so
#   bash tests/accept/truth.sh --full    everything in full
#
# Works on a clean clone of HEAD in a temporary folder, beside which ../shared is laid when it is beside this repository.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
repository=$PWD
source tests/accept/line.sh "$@"

if dotnet build EdgeRuntime.sln > "$work/build.log" 2>&1 && dotnet build tests/Benchmarks -c Release > "$work/bench-build.log" 2>&1; then
    ok "the tree builds from a clean clone"
else
    miss "the tree builds from a clean clone" "$(cat "$work/build.log" "$work/bench-build.log" 2> /dev/null | grep -m 3 error)"
    exit 1
fi

# ---- Targets: both sides in one process, medians of interleaved rounds, CPU per value ----
bench journal 7
bench sealed 5
bench asof 3
bench replay 12000
bench open 20
if [ "$full" = yes ]; then bench days 30; else bench days 15; fi

# ---- Must hold ----
export FOUR_WAYS=200
check "random batches live with restarts, through backfill, replay from a copy and sealing at random moments: the same bytes four ways" Unit -class '*.Replay.FourWaysTests'
check "corrections do not rewrite the past: known then as before, true then anew, the record replays to the same bits" Unit -class '*.Replay.PointInTimeTests' -class '*.CorrectionTests'
check "NAB loses no row where its clock steps back; 3W's dead, frozen and dropping tags get the right reasons" Unit -class '*.RealRecordingsTests'
check "3W's dead, frozen and dropping tags make the right gaps" Unit -class '*.Telemetry.Gaps.RealWellsTests'
check "SKAB's overlapping files are idempotent where the source says redelivery, and keep both where it does not" Unit -class '*.Service.OverlappingFilesTests'
export CRASH_STATES=5000
check "append, sealing and retention cut at every call and inside every write, 5,000 distinct states; ENOSPC and EIO at every call" Simulation -class '*.Journal.CrashStatesTests' -class '*.Journal.RetentionCrashTests'
if [ "$full" = yes ]; then export FLIPS=10000; else export FLIPS=3000; fi
check "a flip in any byte that holds something is found, named, costs at most its record and is never given as good$(reduced 3000 10000)" Simulation -class '*.Journal.FlipTests'
export JOURNAL_LIVES=6000
check "power cuts and kills: no acknowledged batch is lost, doubled, invented or reordered" Simulation -class '*.Journal.PowerCutTests'

# ---- The deliveries, as their users use them ----
check "one bit changed anywhere: verify or replay names the decision and the stage" EndToEnd -class '*.MainJob.OneBitTests'
check "a full disk: steps down, labels and audit commit, nothing is lost, back without a restart" EndToEnd -class '*.MainJob.BadSurroundingsTests'
check "reload in the middle of a speaking plant: every message once, decisions cite the right digests, replay identical" EndToEnd -class '*.ReloadTests'
check "every missing interval has a cause; received = stored + accounted, over restarts" EndToEnd -class '*.GapTests'
check "evidence packs are checked by python3 without the product, flips in every file are found" Unit -namespace 'EdgeRuntime.Tests.Unit.Replay.Evidence'
check "determinism class, self-audit and replay by class" Unit -class '*.ReplayHonoursTheClassTests' -class '*.QualificationRunTests' -class '*.AuditRunTests' -class '*.SelfAuditTests'
check "export as Parquet and CSV, and the DuckDB view over the sealed files as they lie, give every value bit for bit" Unit -class '*.ExportTests' -class '*.SampleViewTests'
check "backfill is idempotent and gives what live gave; true then is one vector whatever the order of arrival" Unit -class '*.BackfillTests' -class '*.TrueThenTests'
check "backup, restore, repair" Unit -class '*.BackupTests' -class '*.RepairTests'
check "restore into a box that has data, cut and failed at every call: the old one or the new one, whole" Unit -class '*.RestoreCrashTests' -class '*.RestoreTests'
check "restore into a running box: every message in one journal or the other, both proven, the process stays" EndToEnd -class '*.MainJob.RestoreTests'
check "the architecture tests are green" Architecture

echo
[ $missed -eq 0 ] && echo "truth: every line holds" || echo "truth: $missed lines missed"
[ $missed -eq 0 ]
