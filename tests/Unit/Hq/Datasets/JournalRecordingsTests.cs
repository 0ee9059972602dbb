using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Datasets;

public sealed class JournalRecordingsTests : IDisposable
{
    const string Pipeline = """
        kind: FeaturePipeline
        id: rig
        version: 1.0.0
        vector: {at: each-event-time}
        lateness: PT1S
        inputs:
          - {signal: flow, unit: l/min}
        features:
          - {name: flow.mean, op: mean, of: flow, window: PT3S}
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("journal-recordings").FullName;

    public JournalRecordingsTests() => File.WriteAllText(Path.Combine(_folder, "pipeline.yaml"), Pipeline);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Vectors_are_those_of_what_was_known_then_and_never_of_what_came_late()
    {
        Sample[] inTime = [.. Enumerable.Range(1, 20).Select(i => SampleBuilder.Sample("R-1.flow", i, i))];
        var batches = inTime.Select(s => SampleBuilder.Batch("plant", s.Event.UnixNanoseconds / 1e9, s)).ToList();
        Dataset without = await ReadAsync(batches);
        // Far too late for the vector of second 5 and its neighbours.
        batches.Insert(15, SampleBuilder.Batch("plant", 15.5, SampleBuilder.Sample("R-1.flow", 4.5, 1000)));
        Dataset with = await ReadAsync(batches);

        Assert.Equal(without.Recordings[0].Rows.Select(r => r[0]), with.Recordings[0].Rows.Select(r => r[0]));
        Assert.True(without.Recordings[0].Rows.Count >= 15);
        Assert.NotEqual(without.Digest, with.Digest);
        Assert.Equal(with.Digest, (await ReadAsync(batches)).Digest);
    }

    [Fact]
    public async Task The_last_verdict_of_people_is_the_truth_and_what_was_taken_back_is_not()
    {
        var batches = new List<FactBatch>();
        for (int i = 1; i <= 12; i++)
        {
            batches.Add(SampleBuilder.Batch("plant", i, SampleBuilder.Sample("R-1.flow", i, i)));
            batches.Add(Word(i, Decision($"p{i}", i)));
        }

        batches.Add(Word(20, Label("1", "p3", Verdict.Real), Label("2", "p4", Verdict.Real), Label("3", "p8", Verdict.NotReal), Label("4", "p9", Verdict.Real)));
        batches.Add(Word(21, Label("5", "p9", Verdict.Retract, "4"), Label("6", "p8", Verdict.CannotTell), Label("7", "p10", Verdict.Real), Label("8", "p10", Verdict.NotReal)));
        Recording recording = (await ReadAsync(batches)).Recordings.Single();

        Dictionary<long, Truth> truths = recording.Times.Zip(recording.Truths).ToDictionary(t => (t.First.UnixNanoseconds - SampleBuilder.Epoch.UnixNanoseconds) / 1_000_000_000, t => t.Second);
        Assert.Equal([Truth.Event, Truth.Event, Truth.Normal, Truth.Unknown, Truth.Unknown], new long[] { 3, 4, 8, 9, 10 }.Select(s => truths[s]));
        LabelledEvent only = Assert.Single(recording.Events);
        Assert.Equal(3, (only.From.UnixNanoseconds - SampleBuilder.Epoch.UnixNanoseconds) / 1_000_000_000);
    }

    [Fact]
    public async Task An_asset_that_the_journal_does_not_know_is_said()
    {
        TrainingException said = await Assert.ThrowsAsync<TrainingException>(() => ReadAsync([SampleBuilder.Batch("plant", 1, SampleBuilder.Sample("R-2.flow", 1, 1))]));
        Assert.Equal("data.journal: the journal in 'box' gives not one whole vector of R-1. Look at asset and signals in data.", said.Message);
    }

    [Fact]
    public void A_folder_without_a_journal_is_refused_with_a_sentence() =>
        Assert.Contains("there is no folder 'journal' in 'nowhere'", Assert.Throws<TrainingException>(() => Read("nowhere")).Message, StringComparison.Ordinal);

    async Task<Dataset> ReadAsync(IEnumerable<FactBatch> batches)
    {
        string journal = Path.Combine(_folder, "box", "journal");
        if (Directory.Exists(journal))
            Directory.Delete(journal, recursive: true);
        Directory.CreateDirectory(journal);
        await using (JournalStore store = JournalStore.Open(journal, new JournalOptions(), new RealDisk(), TimeProvider.System, NullLogger<JournalStore>.Instance))
        {
            foreach (FactBatch batch in batches)
                await store.AppendAsync(batch);
        }

        return Read("box");
    }

    Dataset Read(string box) => DatasetBuild.Of(
        _folder, new DataSource { Journal = box, Asset = "R-1", Labels = new LabelMapping { OfJournal = true } }, PipelineEngine.Load(Path.Combine(_folder, "pipeline.yaml")));

    static FactBatch Word(double second, params Fact[] facts) => new() { Ingest = SampleBuilder.IngestAt(second), Origin = Origins.Engine, Facts = facts };

    static Decision Decision(string id, int second) => new()
    {
        PredictionId = id,
        Asset = "R-1",
        At = SampleBuilder.At(second),
        Cause = new Position(1, 0),
        State = DecisionState.Anomaly,
        Score = 2,
        Threshold = 1,
        Rung = Rung.Primary,
        Confidence = 0.5,
        Age = 0,
        Reasons = [],
        Serving = Digest.None,
        Model = Digest.None,
        Pipeline = Digest.None,
        Rules = Digest.None,
        Vector = Digest.None,
        Build = "",
    };

    static Label Label(string id, string prediction, Verdict verdict, string supersedes = "") => new()
    {
        Id = id, PredictionId = prediction, Verdict = verdict, Reason = "", Who = "kim", Role = "engineer", Source = "hmi", Supersedes = supersedes,
    };
}
