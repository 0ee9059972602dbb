using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Facts;
using EdgeRuntime.Hmi;

namespace EdgeRuntime.Tests.EndToEnd.Hmi;

/// <summary>Writes what pumps would: eight signals and one decision per asset and step. Seeded. With <see cref="Cavitation"/> the first asset is in trouble.</summary>
sealed class PumpStory
{
    internal const int Seed = 20260315;

    static readonly (string Signal, string Name, string Unit, double Low, double High, double Usual, double Noise)[] Signals =
    [
        ("discharge-pressure", "Discharge pressure", "bar", 0, 60, 41.2, 0.25),
        ("suction-pressure", "Suction pressure", "bar", 0, 6, 2.3, 0.03),
        ("flow", "Flow", "m³/h", 0, 100, 61.5, 0.5),
        ("motor-current", "Motor current", "A", 0, 200, 120.4, 0.8),
        ("bearing-temperature", "Bearing temperature", "°C", 0, 120, 66.8, 0.15),
        ("motor-temperature", "Motor temperature", "°C", 0, 150, 71.2, 0.15),
        ("vibration-de", "Vibration drive end", "mm/s", 0, 12, 1.9, 0.12),
        ("vibration-nde", "Vibration non-drive end", "mm/s", 0, 12, 2.2, 0.12),
    ];

    static readonly (string Id, string Name)[] Names =
    [
        ("P-101", "Feed pump"), ("P-102", "Feed pump"), ("C-201", "Compressor"), ("X-310", "Gearbox"), ("P-103", "Booster pump"), ("P-104", "Booster pump"),
    ];

    static readonly Digest Serving = Digest.Of("serving"u8);
    static readonly Digest Model = Digest.Of("model"u8);
    static readonly Digest Pipeline = Digest.Of("pipeline"u8);

    readonly ListJournal _journal;
    readonly Random _random = new(Seed);
    readonly double[] _cavitation;
    readonly int _assets;
    long _stored;
    double _fluid;

    internal PumpStory(ListJournal journal, int assets)
    {
        (_journal, _assets) = (journal, assets);
        _cavitation = new double[assets];
        Console.WriteLine($"PumpStory seed {Seed}, {assets} assets");
        for (int i = 0; i < assets; i++)
            Append(Origins.Service, DateTimeOffset.UtcNow, [], [Activate(Names[i].Id)]);
    }

    /// <summary>0 healthy, 1 full cavitation of the first asset; approached over a few steps.</summary>
    internal double Cavitation { get; set; }

    internal Rung Rung { get; set; } = Rung.Primary;

    internal long Stored => _stored;

    internal static IReadOnlyList<WatchedAsset> Assets(int count) =>
        [.. Names.Take(count).Select(n => new WatchedAsset(n.Id, n.Name, "plant-1/cooling",
            [.. Signals.Select(s => new WatchedSignal($"{n.Id}.{s.Signal}", s.Name, s.Unit, s.Low, s.High))],
            [.. Signals.Select(s => s.Signal + ".mean")]))];

    /// <summary>The past: one step per second, ending now.</summary>
    internal PumpStory After(int seconds, int anomalyFrom = -1, int anomalyTo = -1)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        for (int i = seconds; i > 0; i--)
        {
            Cavitation = i <= anomalyFrom && i > anomalyTo ? 1 : 0;
            Step(now.AddSeconds(-i));
        }

        Cavitation = 0;
        return this;
    }

    internal void Step(DateTimeOffset at)
    {
        _fluid += 0.05;
        for (int i = 0; i < _assets; i++)
        {
            _cavitation[i] += ((i == 0 ? Cavitation : 0) - _cavitation[i]) * 0.3;
            StepOf(Names[i].Id, i, at, _cavitation[i]);
        }
    }

    internal void Tell(Fact fact) => Append(Origins.Service, DateTimeOffset.UtcNow, [], [fact]);

    /// <summary>One step every 100 ms until stopped.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                Step(DateTimeOffset.UtcNow);
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    void StepOf(string asset, int index, DateTimeOffset at, double cavitation)
    {
        var time = new EventTime((at - DateTimeOffset.UnixEpoch).Ticks * 100);
        var ingest = new IngestTime(time.UnixNanoseconds);
        Sample[] samples = [.. Signals.Select((s, i) => new Sample(
            $"{asset}.{s.Signal}", time, null, ingest, Quality.Good, TagValue.Of(Math.Round(ValueOf(i, index, cavitation), 4))))];
        Append("plant", at, samples, []);
        _stored += samples.Length;
        Append(Origins.Engine, at, [], [PredictionOf(asset, time), DecisionOf(asset, time, cavitation)]);
    }

    double ValueOf(int signal, int asset, double cavitation)
    {
        (_, _, _, _, _, double usual, double noise) = Signals[signal];
        double wave = Math.Sin(_fluid / (1 + signal * 0.37) + asset) * noise * 1.6;
        double fault = signal switch
        {
            0 => -9 * cavitation,
            2 => -6 * cavitation,
            6 => 3.8 * cavitation,
            7 => 2.6 * cavitation,
            _ => 0,
        };
        return usual * (1 + asset * 0.03) + wave + fault * (0.9 + 0.2 * _random.NextDouble()) + (_random.NextDouble() - 0.5) * noise;
    }

    Decision DecisionOf(string asset, EventTime at, double cavitation)
    {
        double score = 0.9 + _random.NextDouble() * 0.5 + cavitation * 4.2;
        bool anomaly = score > 3.2;
        return new Decision
        {
            PredictionId = Digest.Of(FactCodec.Encode(new Tick(new IngestTime(at.UnixNanoseconds)))).Hex[..32],
            Asset = asset,
            At = at,
            Cause = new Position(_journal.LastFrame, 0),
            State = Rung == Rung.LowConfidence ? DecisionState.Unknown : anomaly ? DecisionState.Anomaly : DecisionState.Normal,
            Score = Rung is Rung.Rules or Rung.LowConfidence ? double.NaN : score,
            Threshold = Rung is Rung.Rules or Rung.LowConfidence ? double.NaN : 3.2,
            Rung = Rung,
            Confidence = Rung == Rung.Primary ? 0.93 : 0.4,
            Age = 100_000_000,
            Reasons = anomaly
                ? ["Vibration at the drive end rose while discharge pressure fell: the pattern of cavitation.", "The score has been above its limit for longer than 2 s."]
                : ["All signals are within what this pump has done before."],
            Contributions = [new(6, 0.41f), new(0, 0.33f), new(7, 0.19f), new(2, 0.05f)],
            Serving = Serving,
            Model = Model,
            Pipeline = Pipeline,
            Rules = Digest.None,
            Vector = Digest.Of("vector"u8),
            Build = "0.1.0",
        };
    }

    Prediction PredictionOf(string asset, EventTime at) => new()
    {
        Asset = asset,
        At = at,
        Cause = new Position(_journal.LastFrame, 0),
        Role = ArmRole.Primary,
        Serving = Serving,
        Model = Model,
        Outcome = CallOutcome.Answered,
        Latency = 38_000 + _random.Next(20_000),
        Outputs = [1.0f],
    };

    static Activation Activate(string asset) => new()
    {
        Asset = asset,
        Role = ArmRole.Primary,
        Release = "pump-anomaly 3.2.0",
        Serving = Serving,
        Pipeline = Pipeline,
        Rules = Digest.None,
        Site = Digest.None,
        Signed = false,
        Build = "0.1.0",
        Environment = "test",
        Who = "test",
        Why = "start",
    };

    void Append(string origin, DateTimeOffset at, Sample[] samples, Fact[] facts) =>
        _journal.AppendAsync(new FactBatch { Ingest = new IngestTime((at - DateTimeOffset.UnixEpoch).Ticks * 100), Origin = origin, Samples = samples, Facts = facts });
}
