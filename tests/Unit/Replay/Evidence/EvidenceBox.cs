using System.Globalization;
using System.Security.Cryptography;
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
            Path.Combine(_data, "journal"), new JournalOptions { SegmentBytes = 32768 }, new RealDisk(), new StillClock(), NullLogger<JournalStore>.Instance))
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

    internal IEnumerable<StoredBatch> Read() => JournalReader.Open(Path.Combine(_data, "journal"), new RealDisk()).Read();

    internal IPlanArchive Archive => _archive;

    internal EvidencePack Pack(bool sign = false)
    {
        string keys = Path.Combine(_data, "keys");
        if (sign)
            Key(keys);
        try
        {
            return EvidencePack.Of(Recorded, _data, Read, _archive, new RealDisk());
        }
        finally
        {
            if (sign)
                Directory.Delete(keys, recursive: true);
        }
    }

    /// <summary>A unit as sealing leaves it, signed with the box's key; taken away again at the end.</summary>
    internal IDisposable SealFirstSegment()
    {
        string journal = Path.Combine(_data, "journal");
        RawFrames first = RawFrames.Read(journal, new RealDisk(), 1, long.MaxValue)[0];
        byte[] facts = Encoding.UTF8.GetBytes("PAR1 as far as this test goes PAR1");
        string parquet = Path.Combine(journal, "0000000001.facts.parquet"), checkpoint = Path.Combine(journal, "0000000001.checkpoint");
        File.WriteAllBytes(parquet, facts);
        string payload = string.Create(CultureInfo.InvariantCulture, $$"""{"format":"test","segment":1,"firstFrame":{{first.First}},"lastFrame":{{first.Last}},"files":[{"name":"0000000001.facts.parquet","bytes":{{facts.Length}},"sha256":"{{Digest.Of(facts).Hex}}","rows":1}]}""");
        using ECDsa key = Key(Path.Combine(_data, "keys"));
        string signature = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(payload), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        File.WriteAllText(checkpoint, payload + "\n" + signature + "\n");
        return new Unsealed(parquet, checkpoint);
    }

    static async Task TakeAsync(JournalStore journal, DecisionEngine engine, FactBatch batch)
    {
        long frame = await journal.AppendAsync(batch);
        if (engine.Take(new StoredBatch(frame, batch), new LiveCalls()) is { Count: > 0 } said)
            await journal.AppendAsync(new FactBatch { Ingest = batch.Ingest, Origin = Origins.Engine, Facts = said });
    }

    /// <summary>Always the same key, so that a checkpoint made before still holds.</summary>
    static ECDsa Key(string folder)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(s_key, out _);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "box.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "box.pub.pem"), key.ExportSubjectPublicKeyInfoPem() + "\n");
        return key;
    }

    static readonly byte[] s_key = NewKey();

    static byte[] NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
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

    sealed class Unsealed(params string[] files) : IDisposable
    {
        public void Dispose()
        {
            foreach (string file in files)
                File.Delete(file);
        }
    }
}
