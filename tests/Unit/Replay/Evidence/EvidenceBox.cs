using System.Text;
using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Outputs;
using EdgeRuntime.Replay;
using EdgeRuntime.Replay.Evidence;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay.Evidence;

/// <summary>A data folder as a service leaves it: an archived plan, and a journal of several segments in which one pump was decided about.</summary>
public sealed class EvidenceBox : IAsyncLifetime
{
    /// <summary>The second whose decision is looked at.</summary>
    public const int DecidedSecond = 50;

    const int Seconds = 55;

    static readonly JournalOptions Options = new() { SegmentBytes = 32768 };

    readonly string _data = Directory.CreateTempSubdirectory("edgeruntime-test-").FullName;
    PlanArchive _archive = null!;

    internal RecordedDecision Recorded { get; private set; } = null!;

    /// <summary>What the start put in force.</summary>
    internal IReadOnlyList<Fact> Put { get; private set; } = [];

    internal IReadOnlyList<string> Sentences { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        _archive = new PlanArchive(_data);
        var arms = new ArmLoader(_ => "cpu", TimeProvider.System);
        SiteDocuments site = Site();
        var release = new ReleaseBuilder();
        string identity = site.Pipelines["pipeline.yaml"].Definition.Identity.Hex;
        release.Edit = text => text.Replace(new string('a', 64), identity, StringComparison.Ordinal);
        release.WriteTo(Path.Combine(_data, "registry", "pump"));
        PlanChange change = new PlanActivation(Settings(), site, _archive, arms, "test").Plan(JournalSurvey.Of(new ListJournal()));
        Put = change.Facts;
        Sentences = change.Sentences;

        await using (JournalStore journal = JournalStore.Open(
            Path.Combine(_data, "journal"), Options, new RealDisk(), new StillClock(), NullLogger<JournalStore>.Instance))
        {
            using var engine = new DecisionEngine(_archive, arms);
            await TakeAsync(journal, engine, new FactBatch { Ingest = SampleBuilder.IngestAt(0), Origin = Origins.Service, Facts = Put });
            for (int second = 1; second <= Seconds; second++)
            {
                await TakeAsync(journal, engine, SampleBuilder.Batch(
                    "plant",
                    second,
                    SampleBuilder.Sample("M-1.a", second, second % 7),
                    SampleBuilder.Sample("M-1.b", second, 0.1 * second),
                    SampleBuilder.Sample("M-1.c", second, 1)));
            }

            Recorded = journal.Read().SelectMany(b => b.Batch.Facts.OfType<Decision>())
                .Where(d => d.At == SampleBuilder.At(DecidedSecond))
                .Select(d => RecordedDecision.Find(d.PredictionId, journal.Read())!)
                .Single();
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal EvidencePack Pack(bool sign = false)
    {
        string keys = Path.Combine(_data, "keys");
        if (sign)
            BoxKey.OpenOrMake(keys, new RealDisk()).Dispose();
        try
        {
            return EvidencePack.Of(Recorded, _data, SourceOf(_data), _archive, new RealDisk());
        }
        finally
        {
            if (sign)
                Directory.Delete(keys, recursive: true);
        }
    }

    /// <summary>The same of a copy whose first segment, with the activation and the first samples, is sealed.</summary>
    internal async Task<EvidencePack> PackOfSealedAsync(string copy)
    {
        foreach (string file in Directory.EnumerateFiles(_data, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(copy, Path.GetRelativePath(_data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        using (var key = BoxKey.OpenOrMake(Path.Combine(copy, "keys"), new RealDisk()))
        {
            await using JournalStore journal = JournalStore.Open(Path.Combine(copy, "journal"), Options with { SealAfterSegments = 0 }, new RealDisk(), new StillClock(), NullLogger<JournalStore>.Instance, stepped: true, key);
            Assert.True(journal.SealNext(), journal.SealingTrouble);
        }

        return EvidencePack.Of(Recorded, copy, SourceOf(copy), new PlanArchive(copy), new RealDisk());
    }

    ReplaySource SourceOf(string data)
    {
        var reader = JournalReader.Open(Path.Combine(data, "journal"), new RealDisk());
        return new ReplaySource { Entries = from => reader.ReadTolerant(from), OfOrigin = reader.ReadTolerant, LastFrame = () => reader.LastFrame, Archive = _archive, Arms = new ArmLoader(_ => "cpu", TimeProvider.System) };
    }

    static async Task TakeAsync(JournalStore journal, DecisionEngine engine, FactBatch batch)
    {
        long frame = await journal.AppendAsync(batch);
        if (engine.Take(new StoredBatch(frame, batch), new LiveCalls()) is { Count: > 0 } said)
            await journal.AppendAsync(new FactBatch { Ingest = batch.Ingest, Origin = Origins.Engine, Facts = said });
    }

    BoxSettings Settings() => new()
    {
        Data = _data,
        Site = "",
        HttpAddress = "127.0.0.1",
        HttpPort = 0,
        RegistryFolder = Path.Combine(_data, "registry"),
        AllowUnsigned = true,
        BrokerEnabled = false,
        BrokerAddress = "127.0.0.1",
        BrokerPort = 0,
        SegmentBytes = 8192,
        CommitAfter = TimeSpan.FromMilliseconds(5),
        NativeLibrary = "",
        HmiHistory = TimeSpan.FromMinutes(1),
        HmiPxPerMm = 4,
        LogLevel = LogLevel.Information,
        LogFolder = _data,
        LogKeepDays = 1,
    };

    static SiteDocuments Site()
    {
        SettingsDocument site = Document("site.yaml", "kind: Site\nname: test\nassets:\n  - {id: M-1, pipeline: pipeline.yaml, release: pump}\n");
        SettingsDocument pipeline = Document("pipeline.yaml", """
            kind: FeaturePipeline
            id: tiny
            version: 1.0.0
            vector: {at: each-event-time}
            inputs:
              - {signal: a, unit: bar, maxAge: PT10S}
              - {signal: b, unit: mm/s, maxAge: PT10S}
              - {signal: c, unit: "", maxAge: PT10S}
            features:
              - {name: a, op: last, of: a}
              - {name: b, op: last, of: b}
              - {name: c, op: last, of: c}
            """);
        return new SiteDocuments
        {
            Site = SiteDefinition.Read(site),
            SiteDigest = Digest.Of(site.Bytes.Span),
            SiteBytes = site.Bytes,
            Tags = new TagCatalogue([]),
            Sources = new SourcesDefinition { Sources = [] },
            Outputs = new OutputsDefinition { Outputs = [] },
            Pipelines = new Dictionary<string, (FeaturePipelineDefinition, ReadOnlyMemory<byte>)> { ["pipeline.yaml"] = (FeaturePipelineDefinition.Read(pipeline), pipeline.Bytes) },
            Rules = new Dictionary<string, (RulesDefinition, ReadOnlyMemory<byte>)>(),
        };
    }

    static SettingsDocument Document(string name, string yaml) => SettingsDocument.Parse(name, Encoding.UTF8.GetBytes(yaml));
}
