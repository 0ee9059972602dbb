using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.FirmwareSim.PumpSkid;
using EdgeRuntime.FirmwareSim.Wire;

namespace EdgeRuntime.FirmwareSim.Verbs;

/// <summary><c>firmware-sim simulate</c>: pump skids from simple physics, to a broker or to a file.</summary>
sealed class SimulateVerb
{
    public const string Examples = """
          One skid at 10 Hz to a local broker, until Ctrl-C:
            firmware-sim simulate
          Twenty skids at 50 Hz with a script of faults, for ten minutes of plant time:
            firmware-sim simulate --broker 10.0.0.5:1883 --assets 20 --rate 50 --script faults.yaml --for PT10M
          An hour of normal plant as a training file, the same bytes every time:
            firmware-sim simulate --seed 7 --start 2026-01-01T00:00:00Z --for PT1H --out normal.csv
          Start a fault eight seconds from now:
            mosquitto_pub -t plant/P-101/command -m '{"fault":"cavitation","after":"PT8S","duration":"PT20S","severity":1.0}'
        """;

    readonly TimeProvider _time;
    readonly Option<string> _broker = new("--broker") { Description = "MQTT broker as host:port", DefaultValueFactory = _ => BrokerAddress.Unless };
    readonly Option<string[]> _asset = new("--asset") { Description = "Name of a skid; may be repeated (default P-101)" };
    readonly Option<int> _assets = new("--assets") { Description = "Number of skids, named P-101, P-102, …", DefaultValueFactory = _ => 1 };
    readonly Option<double> _rate = new("--rate") { Description = "Scans per second of plant time", DefaultValueFactory = _ => 10 };
    readonly Option<long?> _seed = new("--seed") { Description = "Seed of everything that looks like chance (default: the script's, else 1)" };
    readonly Option<string> _speed = new("--speed") { Description = "Plant seconds per second: 1, N or max", DefaultValueFactory = _ => "1" };
    readonly Option<string?> _for = new("--for") { Description = "Plant time to play, as PT10M (default: until stopped)" };
    readonly Option<string?> _start = new("--start") { Description = "Plant time of the first scan, as 2026-01-01T00:00:00Z (default: now)" };
    readonly Option<string?> _script = new("--script") { Description = "YAML script of faults (kind: FaultScript); firmware-sim faults draws one" };
    readonly Option<int> _qos = new("--qos") { Description = "MQTT quality of service: 0, 1 or 2", DefaultValueFactory = _ => 1 };
    readonly Option<string> _topic = new("--topic") { Description = "Telemetry topic; truth and command replace its last level", DefaultValueFactory = _ => PlantTopics.TelemetryUnlessTold };
    readonly Option<string?> _out = new("--out") { Description = "Write CSV to this file instead of MQTT; with several skids it must contain {asset}" };
    readonly Option<bool> _received = new("--received") { Description = "With --out: a last column 'received' with the time at which a recorder with a right clock took the row" };
    readonly Option<string?> _truthOut = new("--truth-out") { Description = "Write the fault intervals as CSV to this file" };
    readonly Option<string> _wait = new("--wait") { Description = "How long the first connection is tried", DefaultValueFactory = _ => "PT10S" };
    readonly Option<int> _buffer = new("--buffer") { Description = "Messages kept while the broker is away", DefaultValueFactory = _ => 100_000 };

    public SimulateVerb(TimeProvider time)
    {
        _time = time;
        Command = new Command("simulate", "Pretend pump skids: physics, noise, scripted faults, and the truth on a topic of its own.")
        {
            _broker, _asset, _assets, _rate, _seed, _speed, _for, _start, _script, _qos, _topic, _out, _received, _truthOut, _buffer, _wait,
        };
        Command.SetAction(RunAsync);
    }

    public Command Command { get; }

    async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        PlantOptions options = ReadOptions(parsed);
        var topics = new PlantTopics(parsed.GetValue(_topic)!);
        await using StreamWriter? truth = parsed.GetValue(_truthOut) is { } truthPath ? OptionText.Create("--truth-out", truthPath) : null;
        TruthFileListener? truthFile = truth is null ? null : new TruthFileListener(truth);
        if (parsed.GetValue(_received) && parsed.GetValue(_out) is null)
            throw new UsageException("--received needs --out: a message on a broker is received when it comes.");
        int code = parsed.GetValue(_out) is { } path
            ? await ToFileAsync(parsed, options, path, truthFile, stop)
            : await ToBrokerAsync(parsed, options, topics, truthFile, stop);
        if (truthFile is not null)
            await truthFile.CompleteAsync();
        return code;
    }

    async Task<int> ToFileAsync(ParseResult parsed, PlantOptions options, string path, TruthFileListener? truth, CancellationToken stop)
    {
        if (options.For is null)
            throw new UsageException("--out needs --for: without it the file would never end.");
        if (options.Assets.Count > 1 && !path.Contains("{asset}", StringComparison.Ordinal))
            throw new UsageException($"--out is '{path}'; with several skids it must contain {{asset}}, one file each.");

        var files = new List<StreamWriter>();
        try
        {
            var listeners = new List<IPlantListener>();
            foreach (string asset in options.Assets)
            {
                files.Add(OptionText.Create("--out", path.Replace("{asset}", asset, StringComparison.Ordinal)));
                listeners.Add(new FileListener(asset, files[^1], parsed.GetValue(_received)));
            }

            if (truth is not null)
                listeners.Add(truth);
            var pace = new PlantPace(_time, double.PositiveInfinity);
            var run = new PlantRun(options with { Speed = double.PositiveInfinity }, pace, new PlantCommands(Say(parsed)), listeners);
            await run.RunAsync(stop);
            await WriteLineAsync(parsed, new { scans = run.Scans, rows = run.Scans - run.Silent, silent = run.Silent, seconds = Seconds(pace.Elapsed) });
            return ExitCode.Done;
        }
        finally
        {
            foreach (StreamWriter file in files)
                await file.DisposeAsync();
        }
    }

    async Task<int> ToBrokerAsync(ParseResult parsed, PlantOptions options, PlantTopics topics, TruthFileListener? truth, CancellationToken stop)
    {
        Action<string> say = Say(parsed);
        int qos = OptionText.Qos(parsed.GetValue(_qos));
        var commands = new PlantCommands(say);
        Dictionary<string, string> commandTopics = options.Assets.ToDictionary(topics.Command, a => a, StringComparer.Ordinal);
        await using var wire = new BrokerWire(
            new WireOptions
            {
                Broker = BrokerAddress.Parse(parsed.GetValue(_broker)!),
                ClientId = $"firmware-sim-{options.Assets[0]}-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}",
                FirstConnect = OptionText.Duration("--wait", parsed.GetValue(_wait)!),
                BufferMax = Math.Max(1, parsed.GetValue(_buffer)),
                WaitWhenFull = double.IsPositiveInfinity(options.Speed),
                Subscriptions = [.. commandTopics.Keys],
            },
            _time,
            say,
            (topic, payload) =>
            {
                if (commandTopics.TryGetValue(topic, out string? asset))
                    commands.Receive(asset, payload);
            });
        await wire.OpenAsync(stop);

        var pace = new PlantPace(_time, options.Speed);
        var listener = new BrokerListener(wire, topics, qos);
        var run = new PlantRun(options, pace, commands, truth is null ? [listener] : [listener, truth]);
        await run.RunAsync(stop);
        TimeSpan played = pace.Elapsed;
        await wire.CloseAsync();

        WireCount count = wire.Count;
        await WriteLineAsync(parsed, new
        {
            scans = run.Scans,
            silent = run.Silent,
            messages = count.Taken,
            acknowledged = count.Acknowledged,
            dropped = count.Dropped,
            refused = count.Refused,
            resent = count.Resent,
            reconnects = count.Reconnects,
            commands = commands.Taken,
            commandsRefused = commands.Refused,
            seconds = Seconds(played),
            lateMsMax = Math.Round(pace.LateMax.TotalMilliseconds, 3),
        });
        return count.Dropped + count.Refused > 0 ? ExitCode.Incomplete : ExitCode.Done;
    }

    PlantOptions ReadOptions(ParseResult parsed)
    {
        double rate = parsed.GetValue(_rate);
        if (!(rate is >= 0.01 and <= 1000))
            throw new UsageException($"--rate is {rate.ToString(CultureInfo.InvariantCulture)}; it must be from 0.01 to 1000 scans a second.");
        FaultScript script = parsed.GetValue(_script) is { } path ? FaultScript.Load(path) : FaultScript.Empty;
        IReadOnlyList<string> assets = ReadAssets(parsed);
        if (script.Faults.FirstOrDefault(f => f.Asset is not null && !assets.Contains(f.Asset)) is { } stray)
            throw new UsageException($"The script has a fault for asset '{stray.Asset}', which is not simulated; simulated are {string.Join(", ", assets)}.");
        return new PlantOptions
        {
            Assets = assets,
            Seed = parsed.GetValue(_seed) ?? script.Seed ?? 1,
            RateHz = rate,
            Start = parsed.GetValue(_start) is { } start ? OptionText.Time("--start", start) : PlantTime.WholeMilliseconds(_time.GetUtcNow().UtcDateTime),
            Script = script,
            For = parsed.GetValue(_for) is { } duration ? OptionText.Duration("--for", duration) : null,
            Speed = OptionText.Speed(parsed.GetValue(_speed)!),
        };
    }

    IReadOnlyList<string> ReadAssets(ParseResult parsed)
    {
        string[] named = parsed.GetValue(_asset) ?? [];
        int count = parsed.GetValue(_assets);
        if (named.Length > 0 && count != 1)
            throw new UsageException("Give --asset or --assets, not both.");
        if (count is < 1 or > 1000)
            throw new UsageException($"--assets is {count.ToString(CultureInfo.InvariantCulture)}; it must be from 1 to 1000.");
        if (named.Distinct(StringComparer.Ordinal).Count() != named.Length)
            throw new UsageException("--asset names the same skid twice.");
        return named.Length > 0
            ? [.. named.Select(a => PlantTopics.Level("--asset", a))]
            : [.. Enumerable.Range(101, count).Select(n => "P-" + n.ToString(CultureInfo.InvariantCulture))];
    }

    static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    static Action<string> Say(ParseResult parsed) => TextWriter.Synchronized(parsed.InvocationConfiguration.Error).WriteLine;

    static Task WriteLineAsync<T>(ParseResult parsed, T summary) => parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(summary));
}
