using System.CommandLine;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback;
using EdgeRuntime.Mqtt;
using EdgeRuntime.Replay;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Service.Demo;
using EdgeRuntime.Service.Runtime;
using Serilog;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime demo</c>: the main job on one machine, with a pretend plant, an embedded broker and a release from a folder.</summary>
static class DemoVerb
{
    const string Asset = "P-101";
    const int PlantSeed = 7;

    /// <summary>The fault that the demo asks for, 8 s after the first decision.</summary>
    const string Fault = """{"fault":"cavitation","after":"PT8S","duration":"PT20S","severity":1.0}""";

    static readonly TimeSpan FirstSampleMax = TimeSpan.FromSeconds(30);

    public static Command Command()
    {
        var span = new Option<TimeSpan?>("--for") { Description = "Run this long, counted from the first sample, then stop and report. Without it: until Ctrl+C.", CustomParser = Span.Parse };
        var data = new Option<string?>("--data") { Description = "Keep the data in this folder. Without it: a temporary one that is deleted at the end." };
        var port = new Option<int>("--port") { Description = "Port of the screens; 0 takes a free one.", DefaultValueFactory = _ => 8080 };
        Option<bool> json = VerbOptions.Json();
        var command = new Command("demo", "The main job on this machine: a pretend plant, an embedded broker, a model, the screens. Example: edgeruntime demo --for 30s --json") { span, data, port, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(async () =>
        {
            int screens = parsed.GetValue(port);
            if (screens is < 0 or > 65535)
                throw new VerbRefusedException($"--port is {screens}; it must be from 0 to 65535.");
            using DemoFolder folder = DemoFolder.Open(parsed.GetValue(data));
            if (FolderProbe.WhyNot(folder.Data) is { } why)
                throw new VerbRefusedException($"The data folder {folder.Data} cannot be written: {why} Make it writable, or name another one with --data.");
            BoxSettings box = BoxOf(folder, screens);
            using ILoggerFactory loggers = Logs.Open(box, quiet: true);
            try
            {
                return await RunAsync(box, folder, parsed.GetValue(span), parsed.GetValue(json), loggers, stop).ConfigureAwait(false);
            }
            finally
            {
                await Log.CloseAndFlushAsync().ConfigureAwait(false);
            }
        }));
        return command;
    }

    static BoxSettings BoxOf(DemoFolder folder, int port) => new()
    {
        Data = folder.Data,
        Site = DemoFolder.Site,
        HttpAddress = "127.0.0.1",
        HttpPort = port,
        RegistryFolder = DemoFolder.Registry,
        AllowUnsigned = true,
        BrokerEnabled = true,
        BrokerAddress = "127.0.0.1",
        BrokerPort = 0,
        SegmentBytes = 16 << 20,
        CommitAfter = TimeSpan.FromMilliseconds(5),
        NativeLibrary = "",
        HmiHistory = TimeSpan.FromHours(1),
        HmiPxPerMm = 4,
        LogLevel = LogLevel.Information,
        LogFolder = Path.Combine(folder.Data, "log"),
        LogKeepDays = 14,
    };

    static async Task<int> RunAsync(BoxSettings box, DemoFolder folder, TimeSpan? span, bool json, ILoggerFactory loggers, CancellationToken stop)
    {
        var errors = new List<string>();
        SiteDocuments site = SiteDocuments.Load(box.Site);
        RunVerb.RefuseTakenPort(box);
        string hmi;
        IntakeCounts intake;
        EngineCounts engine;
        long journalBytes;
        await using (RuntimeSession session = await RuntimeSession.StartAsync(box, site, TimeProvider.System, loggers).ConfigureAwait(false))
        {
            await using WebApplication app = Front.Build(box, site, session, TimeProvider.System);
            hmi = await RunVerb.StartAsync(app, box).ConfigureAwait(false);
            Tell(json, $"The screens are at {hmi}");
            foreach (string sentence in session.Sentences)
                Tell(json, sentence);
            await PlayAsync(session, session.BrokerEndpoint!.Port, span, json, errors, loggers, stop).ConfigureAwait(false);
            await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
            await session.StopAsync("the demo is over").ConfigureAwait(false);
            intake = session.Pump.Counts;
            engine = session.Loop.Counts;
            journalBytes = session.Journal.Counters.Bytes;
        }

        Tell(json, "Computing every decision again from raw samples…");
        Reproduction replay = ReplayVerb.Run(DataFolder.Open(folder.Data, "", TimeProvider.System).Replay, ReplayScope.All);
        if (!intake.Reconciles)
            errors.Add($"received {intake.Received} is not stored {intake.Stored} + accounted {intake.AccountedTotal}");
        foreach (Difference difference in replay.Differences)
            errors.Add($"decision {difference.PredictionId}, stage {difference.Stage}: {difference.Sentence}");
        var report = DemoReport.Of(intake, engine, journalBytes, replay, hmi, errors);
        if (json)
            VerbOutput.SayJson(report);
        else
            Say(report);
        return errors.Count == 0 ? Exit.Ok : Exit.Found;
    }

    /// <summary>The plant runs, the fault comes, people are told, until the time is over.</summary>
    static async Task PlayAsync(RuntimeSession session, int brokerPort, TimeSpan? span, bool json, List<string> errors, ILoggerFactory loggers, CancellationToken stop)
    {
        var firstDecision = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        DecisionState state = DecisionState.Unknown;
        session.Loop.Decided += decision =>
        {
            firstDecision.TrySetResult();
            if (decision.State != state)
                Tell(json, Sentence(decision));
            state = decision.State;
        };
        using PlantProcess plant = PlantProcess.Start(Asset, brokerPort, PlantSeed);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<string> failed = session.Failed;
        Task fault = AskForFaultAsync(firstDecision.Task, brokerPort, json, loggers, over.Token);
        Task time = WaitAsync(session, span, plant, over.Token);
        Task ended = await Task.WhenAny(time, failed).ConfigureAwait(false);
        if (ended == failed)
            errors.Add(await failed.ConfigureAwait(false));
        await over.CancelAsync().ConfigureAwait(false);
        await time.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await fault.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (time.IsFaulted)
            errors.Add(time.Exception.InnerException!.Message);
        if (fault.IsFaulted)
            errors.Add($"the fault could not be asked for: {fault.Exception.InnerException!.Message}");
        errors.AddRange(plant.Errors);
    }

    static async Task WaitAsync(RuntimeSession session, TimeSpan? span, PlantProcess plant, CancellationToken stop)
    {
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        long began = TimeProvider.System.GetTimestamp();
        while (await poll.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            if (plant.HasExited)
                throw new VerbRefusedException("The pretend plant ended by itself.");
            if (session.Pump.FirstTimestamp is not { } first)
            {
                if (TimeProvider.System.GetElapsedTime(began) > FirstSampleMax)
                    throw new VerbRefusedException($"No sample came within {FirstSampleMax.TotalSeconds:0} s.");
                continue;
            }

            if (span is { } limit && TimeProvider.System.GetElapsedTime(first) >= limit)
                return;
        }
    }

    static async Task AskForFaultAsync(Task firstDecision, int brokerPort, bool json, ILoggerFactory loggers, CancellationToken stop)
    {
        await firstDecision.WaitAsync(stop).ConfigureAwait(false);
        var options = new MqttSessionOptions { Host = "127.0.0.1", Port = brokerPort, ClientId = "demo-director", Persistent = false };
        var session = new MqttSession(options, [], onArrival: null, TimeProvider.System, jitterSeed: 1, loggers);
        Task running = session.RunAsync(stop);
        await session.WhenConnectedAsync(stop).ConfigureAwait(false);
        await session.PublishAsync($"plant/{Asset}/command", Encoding.UTF8.GetBytes(Fault), 1, retain: false, stop).ConfigureAwait(false);
        Tell(json, "The pump will begin to cavitate in 8 s, for 20 s.");
        await running.ConfigureAwait(false);
    }

    static string Sentence(Decision decision) => FormattableString.Invariant(
        $"{decision.At}  {decision.Asset} is {Word(decision.State)} (rung {Words.Of(decision.Rung)}, confidence {decision.Confidence:0.00}). {string.Join(' ', decision.Reasons)}");

    static string Word(DecisionState state) => state switch
    {
        DecisionState.Anomaly => "ANOMALY",
        DecisionState.Normal => "normal",
        _ => "unknown",
    };

    static void Tell(bool json, string text)
    {
        // With --json standard output belongs to the one object of the last line; the story goes beside it.
        if (json)
            Console.Error.WriteLine(text);
        else
            VerbOutput.Say(text);
    }

    static void Say(DemoReport report)
    {
        VerbOutput.Say($"Received {report.Received} values = stored {report.Stored} + accounted {report.Accounted.Values.Sum()}.");
        VerbOutput.Say($"{report.Decisions} decisions, {report.Anomalies} anomalies; latency p50 {report.DecisionLatencyUs.P50:0} us, p99 {report.DecisionLatencyUs.P99:0} us.");
        VerbOutput.Say($"Computed again: {report.Replay.Checked} checked, {report.Replay.Identical} identical, {report.Replay.Different} different.");
        foreach (string error in report.Errors)
            VerbOutput.Say($"Error: {error}");
    }
}
