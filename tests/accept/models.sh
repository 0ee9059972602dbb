#!/usr/bin/env bash
# What is delivered and 'must hold' of training and evaluation, one by one, against real parts. Prints per line 'ok' or 'MISS' with the figure.
#
#   bash tests/accept/models.sh           within 25 minutes on two cores; what does not fit runs reduced and says so
#   bash tests/accept/models.sh --full    everything in full
#
# Works on a clean clone of HEAD in a temporary folder, beside which ../shared is laid when it is beside this repository.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
repository=$PWD
source tests/accept/line.sh "$@"

# also LINE TEST: a further line of the last check, held by its test CLASS.METHOD, which must have run and passed; the figures stand with the check.
also() {
    local results
    results=$(grep -oE '<test [^>]*>' "$work/test.xml" 2> /dev/null | grep -F ".$2" | grep -F "method=\"${2#*.}\"" | grep -oE ' result="[A-Za-z]*"')
    if [ -n "$results" ] && ! grep -qv 'result="Pass"' <<< "$results"; then
        ok "$1"
    else
        miss "$1" "${results:-no test $2 ran}"
    fi
}

if dotnet build EdgeRuntime.sln > "$work/build.log" 2>&1 && dotnet build tests/Benchmarks -c Release > "$work/bench-build.log" 2>&1; then
    ok "the tree builds from a clean clone"
else
    miss "the tree builds from a clean clone" "$(cat "$work/build.log" "$work/bench-build.log" 2> /dev/null | grep -m 3 error)"
    exit 1
fi

# ---- Targets: 200,000 rows x 40 features, time and memory of the process ----
bench training

# ---- Must hold ----
if [ "$full" = yes ]; then export SKAB_DEALS=10; else export SKAB_DEALS=4; fi
check "SKAB, 5 folds by recording: F1 >= 0.74 at FAR <= 12 % and <= 25 false episodes an hour of normal, mean of the deals$(reduced 4 10)" Unit -class '*.Hq.SkabBoostingTests'
also "SKAB: files that share rows lie in one fold, anomaly-free with other/5; no feature counts" SkabBoostingTests.Recordings_that_share_rows_lie_in_one_fold_and_no_feature_counts
also "calibration: ECE <= 0.05 on held-out folds" SkabBoostingTests.Probabilities_of_recordings_it_has_not_seen_are_off_by_at_most_0_05
also "abstention: silence below a confidence raises precision to what the report says" SkabBoostingTests.Silence_below_a_confidence_raises_precision_to_what_the_report_says
TESTS_FULL=1 check "fault library, seeds 21-40 after training on 1-20: >= 0.9 of events at <= 1 false episode a day; T2 and Q find an unlike fault in >= 80 % of its events" Unit -class '*.Hq.FaultLibraryTests'
check "3W class 2, well 11, first 60 % of each instance's normal to fit: FAR < 2 % on nine of ten long instances, detection <= 60 s" Unit -class '*.Hq.WellProtocolTests'
check "SKAB by its own protocol, T2 and Q: F1 >= 0.73" Unit -class '*.Hq.SkabProtocolTests'

# ---- The deliveries ----
check "ONNX: checker and strict shape inference of the system's python3-onnx take every model" Unit -class '*.Hq.Onnx.ReferenceCheckerTests'
check "ONNX Runtime says what the trainer says within 1e-6: 10,000 rows a model, with missing values and extremes" Unit -class '*.Hq.Training.TSquaredQGraphTests' -class '*.Hq.Training.CalibratedClassifierTests' -class '*.Hq.Training.BoostingFitTests'
check "the same inputs and seed give the same release, also in another process" Unit -class '*.Hq.Releases.ClassifierReleaseTests' -class '*.Hq.Releases.ReleaseBuildTests' -class '*.Hq.Training.BoostingFitTests' -class '*.Hq.Verbs.TrainVerbTests'
check "releases and evaluations are the bytes that are kept" Golden -namespace 'EdgeRuntime.Tests.Golden.Hq'
check "Platt, isotonic and temperature, thresholds by the box's own debouncing" Unit -class '*.Hq.Training.CalibrationTests' -class '*.Hq.Training.ThresholdChoiceTests'
check "shared rows are found and said, splits keep them, assets and times together" Unit -class '*.Hq.Datasets.SharedRowsSearchTests' -class '*.Hq.Datasets.FoldPlanTests' -class '*.Hq.Datasets.OwnNormalPlanTests' -class '*.Hq.Evaluation.EvaluationRunTests'
check "vectors from a journal are those of what was known then" Unit -class '*.Hq.Datasets.JournalRecordingsTests'
check "the leak guard finds the clock in SKAB, and controls call out a model that cheats" Unit -class '*.Hq.Evaluation.LeakGuardTests' -class '*.Hq.Evaluation.ShuffledControlTests' -class '*.Hq.Evaluation.SkabClockTests'
check "evaluation: F1 never alone, intervals, NAB, reliability, slices, pictures, as words, JSON and page" Unit -namespace 'EdgeRuntime.Tests.Unit.Hq.Evaluation' -namespace 'EdgeRuntime.Tests.Unit.Hq.Reports' -namespace 'EdgeRuntime.Tests.Unit.Hq.Verbs'
check "wrong recipes, data and folders: one sentence, nothing half written" Unit -class '*.Hq.Recipes.RecipeReaderTests' -class '*.Hq.Recipes.EvaluateReaderTests' -class '*.Hq.Datasets.CsvFilesTests' -class '*.Hq.Datasets.IntervalFileTests' -class '*.Hq.Releases.WholeFilesTests'
check "train, evaluate and check as an engineer runs them, from CSV and from a box's journal" EndToEnd -class '*.MainJob.TrainedClassifierTests'
check "the demo's release is remade from its seeds with the same golden scores" EndToEnd -class '*.MainJob.DemoReleaseTests'
check "the pretend plant: every fault, its truth and its seeds" Unit -namespace 'EdgeRuntime.Tests.Unit.FirmwareSim*'
check "the architecture tests are green" Architecture

echo
[ $missed -eq 0 ] && echo "models: every line holds" || echo "models: $missed lines missed"
[ $missed -eq 0 ]
