using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeRuntime.FirmwareSim.CsvReplay;
using EdgeRuntime.FirmwareSim.Wire;

namespace EdgeRuntime.FirmwareSim.Verbs;

/// <summary><c>firmware-sim replay</c>: any CSV as live telemetry.</summary>
sealed class ReplayVerb
{
    public const string Examples = """
          One SKAB file in real time, as if it happened now:
            firmware-sim replay --file valve1/0.csv --format skab --asset rig --times shifted
          A folder of 3W wells as fast as the broker takes them, every well an asset:
            firmware-sim replay --folder 3w/2 --format 3w --speed max
          Any other file, one message per value, one in a hundred sent twice:
            firmware-sim replay --file press.csv --format generic --delimiter ';' --time-column ts --time-format 'dd.MM.yyyy HH:mm:ss' --by tag --duplicate 0.01
        """;

    readonly TimeProvider _time;
    readonly Option<string> _broker = new("--broker") { Description = "MQTT broker as host:port", DefaultValueFactory = _ => BrokerAddress.Unless };
    readonly Option<string[]> _file = new("--file") { Description = "CSV file; may be repeated; sent one after the other" };
    readonly Option<string?> _folder = new("--folder") { Description = "All *.csv below this folder, in the order of their paths" };
    readonly Option<string> _format = new("--format") { Description = "skab, 3w, nab or generic", Required = true };
    readonly Option<string?> _delimiter = new("--delimiter") { Description = "generic: one character, or tab (default ,)" };
    readonly Option<string?> _timeColumn = new("--time-column") { Description = "generic: the column with the time" };
    readonly Option<string?> _timeFormat = new("--time-format") { Description = "generic: a .NET date format, iso8601, unix-s or unix-ms (default iso8601)" };
    readonly Option<string?> _asset = new("--asset") { Description = "Name of the asset (default: each file's name without its extension)" };
    readonly Option<string?> _topic = new("--topic") { Description = $"Topic template (default {PlantTopics.TelemetryUnlessTold}; by tag {PlantTopics.ByTagUnlessTold})" };
    readonly Option<string> _speed = new("--speed") { Description = "File seconds per second: 1, N or max", DefaultValueFactory = _ => "1" };
    readonly Option<string> _times = new("--times") { Description = "original, or shifted: the first row happens now", DefaultValueFactory = _ => "original" };
    readonly Option<int> _qos = new("--qos") { Description = "MQTT quality of service: 0, 1 or 2", DefaultValueFactory = _ => 1 };
    readonly Option<string[]> _drop = new("--drop-columns")
    {
        Description = "Label columns: kept from the telemetry, sent on the truth topic (default anomaly, changepoint, class)", AllowMultipleArgumentsPerToken = true,
    };
    readonly Option<string> _zone = new("--zone") { Description = "Zone of the files' naive times: naive-as-utc, or an offset such as +03:00", DefaultValueFactory = _ => FileZone.NaiveAsUtc };
    readonly Option<double> _duplicate = new("--duplicate") { Description = "Share of messages sent a second time with DUP set, 0 to 1", DefaultValueFactory = _ => 0 };
    readonly Option<long> _seed = new("--seed") { Description = "Seed of --duplicate", DefaultValueFactory = _ => 1 };
    readonly Option<string> _by = new("--by") { Description = "row: one message per row; tag: one per value", DefaultValueFactory = _ => "row" };
    readonly Option<string> _wait = new("--wait") { Description = "How long the first connection is tried", DefaultValueFactory = _ => "PT10S" };
    readonly Option<int> _buffer = new("--buffer") { Description = "Messages kept while the broker is away", DefaultValueFactory = _ => 100_000 };

    public ReplayVerb(TimeProvider time)
    {
        _time = time;
        Command = new Command("replay", "Send CSV files as live telemetry, with the file's own digits.")
        {
            _broker, _file, _folder, _format, _delimiter, _timeColumn, _timeFormat, _asset, _topic, _speed, _times, _qos, _drop, _zone, _duplicate, _seed, _by, _buffer, _wait,
        };
        Command.SetAction(RunAsync);
    }

    public Command Command { get; }

    async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        ReplayOptions options = ReadOptions(parsed);
        double speed = OptionText.Speed(parsed.GetValue(_speed)!);
        Action<string> say = TextWriter.Synchronized(parsed.InvocationConfiguration.Error).WriteLine;
        // Every file is opened once before the first message: a typing mistake in the last of them must not show after an hour.
        foreach (string file in options.Files)
        {
            options.AssetOf(file);
            CsvTable.Open(file, options.Dialect, options.Zone).Dispose();
        }

        if (options.Dialect.TimeFormats[0] is not ("iso8601" or "unix-s" or "unix-ms"))
            say(options.Zone.InWords);
        await using var wire = new BrokerWire(
            new WireOptions
            {
                Broker = BrokerAddress.Parse(parsed.GetValue(_broker)!),
                ClientId = $"firmware-sim-replay-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}",
                FirstConnect = OptionText.Duration("--wait", parsed.GetValue(_wait)!),
                BufferMax = Math.Max(1, parsed.GetValue(_buffer)),
                WaitWhenFull = true,
            },
            _time,
            say,
            static (_, _) => { });
        await wire.OpenAsync(stop);
        var pace = new PlantPace(_time, speed);
        var run = new ReplayRun(options, pace, wire, say);
        await run.RunAsync(stop);
        await wire.CloseAsync();

        WireCount count = wire.Count;
        await parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(new
        {
            rows = run.Rows,
            messages = run.Messages,
            values = run.Values,
            duplicates = run.Duplicates,
            dropped = count.Dropped,
            truth = run.TruthMessages,
            acknowledged = count.Acknowledged,
            refused = count.Refused,
            resent = count.Resent,
            reconnects = count.Reconnects,
            rowsRefused = run.RowsRefused,
            seconds = Math.Round(pace.Elapsed.TotalSeconds, 3),
        }));
        return count.Dropped + count.Refused + run.RowsRefused > 0 ? ExitCode.Incomplete : ExitCode.Done;
    }

    ReplayOptions ReadOptions(ParseResult parsed)
    {
        bool byTag = Choice("--by", parsed.GetValue(_by)!, "row", "tag") == "tag";
        bool shifted = Choice("--times", parsed.GetValue(_times)!, "original", "shifted") == "shifted";
        var topics = new PlantTopics(parsed.GetValue(_topic) ?? (byTag ? PlantTopics.ByTagUnlessTold : PlantTopics.TelemetryUnlessTold));
        if (byTag != topics.HasSignal)
            throw new UsageException(byTag ? "--by tag needs {signal} in --topic." : "--topic has {signal}, which only --by tag can fill.");
        double duplicate = parsed.GetValue(_duplicate);
        if (duplicate is not (>= 0 and <= 1))
            throw new UsageException($"--duplicate is {duplicate.ToString(CultureInfo.InvariantCulture)}; it must be from 0 to 1.");
        return new ReplayOptions
        {
            Files = ReadFiles(parsed),
            Dialect = ReadDialect(parsed),
            Zone = FileZone.Parse(parsed.GetValue(_zone)!),
            Asset = parsed.GetValue(_asset) is { } asset ? PlantTopics.Level("--asset", asset) : null,
            Topics = topics,
            Qos = OptionText.Qos(parsed.GetValue(_qos)),
            ByTag = byTag,
            FirstRowIs = shifted ? PlantTime.WholeMilliseconds(_time.GetUtcNow().UtcDateTime) : null,
            Duplicate = duplicate,
            Seed = parsed.GetValue(_seed),
        };
    }

    List<string> ReadFiles(ParseResult parsed)
    {
        List<string> files = [.. parsed.GetValue(_file) ?? []];
        if (parsed.GetValue(_folder) is { } folder)
        {
            if (!Directory.Exists(folder))
                throw new UsageException($"The folder '{folder}' does not exist.");
            files.AddRange(Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        }

        return files.Count > 0 ? files : throw new UsageException("There is nothing to replay: give --file, or a --folder that holds *.csv files.");
    }

    CsvDialect ReadDialect(ParseResult parsed)
    {
        string format = parsed.GetValue(_format)!;
        string[] drop = parsed.GetValue(_drop) ?? [];
        IReadOnlyList<string> labels = drop.Length > 0 ? [.. drop.SelectMany(d => d.Split(','))] : CsvDialect.LabelsUnlessTold;
        string? delimiter = parsed.GetValue(_delimiter), column = parsed.GetValue(_timeColumn), time = parsed.GetValue(_timeFormat);
        if (format != CsvDialect.Generic)
        {
            if (delimiter is not null || column is not null || time is not null)
                throw new UsageException("--delimiter, --time-column and --time-format go with --format generic only.");
            return CsvDialect.Known.TryGetValue(format, out CsvDialect? known)
                ? known with { Labels = labels }
                : throw new UsageException($"--format is '{format}'; it must be {string.Join(", ", CsvDialect.Known.Keys)} or {CsvDialect.Generic}.");
        }

        delimiter = delimiter is "tab" or "\\t" ? "\t" : delimiter ?? ",";
        if (delimiter.Length != 1 || delimiter[0] > 127 || delimiter[0] is '"' or '\n' or '\r')
            throw new UsageException($"--delimiter is '{delimiter}'; it must be one ASCII character, or tab.");
        return new CsvDialect(delimiter[0], column ?? throw new UsageException("--format generic needs --time-column."), [time ?? "iso8601"], labels);
    }

    static string Choice(string option, string text, string one, string other) =>
        text == one || text == other ? text : throw new UsageException($"{option} is '{text}'; it must be {one} or {other}.");
}
