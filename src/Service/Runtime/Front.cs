using System.Net;
using EdgeRuntime.Hmi;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Features;
using EdgeRuntime.Replay;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Service.Verbs;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Telemetry.Gaps;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Serilog;

namespace EdgeRuntime.Service.Runtime;

/// <summary>The web application in front of a session: screens, the HTTP API, /health. Loopback only until roles exist.</summary>
static class Front
{
    public static WebApplication Build(BoxSettings box, RuntimeSession session, TimeProvider time)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Host.UseSerilog();
        builder.Services.AddSystemd();
        builder.Services.AddWindowsService(options => options.ServiceName = "EdgeRuntime");
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            IPAddress address = box.HttpAddress == "localhost" ? IPAddress.Loopback : IPAddress.Parse(box.HttpAddress);
            kestrel.Listen(address, box.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IJournal>(session.Journal);
        builder.Services.AddHmi(OptionsOf(box, session));
        WebApplication app = builder.Build();
        app.MapHmi();
        app.MapReload(session);
        FloorView floor = app.Services.GetRequiredService<FloorView>();
        session.Reloaded += () => floor.Show(OptionsOf(box, session));
        app.MapGet("/health", () => Health(session));
        return app;
    }

    static IResult Health(RuntimeSession session)
    {
        if (session.RestoreDue.IsCompletedSuccessfully)
            return NotServing("restoring", $"The box goes on from the backup {session.RestoreDue.Result.Backup} in a moment.");
        if (session.Failed.IsCompleted)
            return NotServing("failed", session.Failed.Result);
        return Results.Json(new { status = session.Loop.CaughtUp.IsCompleted ? "ok" : "catching-up", frames = session.Journal.LastFrame, taken = session.Loop.Taken, space = SpaceLadder.WordOf(session.Space.Level) });
    }

    static IResult NotServing(string status, string why) => Results.Json(new { status, why }, statusCode: StatusCodes.Status503ServiceUnavailable);

    static HmiOptions OptionsOf(BoxSettings box, RuntimeSession session) => new()
    {
        SiteName = session.Site.Site.Name,
        Assets = [.. session.Site.Site.Assets.Select(a => Watched(a, session.Site))],
        Build = BuildStamp.Text,
        Banners = session.Sentences,
        PanelPxPerMm = box.HmiPxPerMm,
        HistoryPointsPerSignal = PointsOf(box.HmiHistory),
        Intake = () =>
        {
            IntakeCounts counts = session.Pump.Counts;
            return (counts.Received, counts.Stored, counts.Accounted);
        },
        Gaps = () => ReportOf(session.Gaps.Look()),
        Sources = () => [.. session.Sources.Select(s => new SourceLine(s.Name, HealthOf(s.Status.State), s.Status.Sentence)), .. DiskLine(session)],
        AsOf = (asset, moment, knowledge) =>
        {
            DataFolder folder = DataFolder.Open(box, TimeProvider.System);
            return PointInTime.Of(asset, moment, knowledge, folder.Past);
        },
        DecisionLatencyMicroseconds = () =>
        {
            EngineCounts counts = session.Loop.Counts;
            return counts.LatencyP50 is { } p50 && counts.LatencyP99 is { } p99 ? (p50, p99) : null;
        },
        KnownActivations = session.Active,
        KnownQualifications = session.Qualified,
    };

    static GapReport ReportOf(GapView view) => new(
        view.Account.Stored,
        view.Account.Refused,
        [.. view.Open.Select(g => new GapLine(g.Source, g.Tag, g.From, null, g.Cause, g.Values))],
        [.. view.Closed.Select(g => new GapLine(g.Source, g.Tag, g.From, g.To, g.Cause, g.Values))],
        ClosedOlder: view.Closed.Count == GapLedger.ClosedMax);

    /// <summary>The disk stands among the sources while it holds them back, or soon will.</summary>
    static IEnumerable<SourceLine> DiskLine(RuntimeSession session) =>
        session.Space is { Level: > SpaceLevel.Normal, Sentence: var sentence } ? [new SourceLine("disk", SourceHealth.Down, sentence)] : [];

    /// <summary>At the 10 Hz that a screen can show.</summary>
    static int PointsOf(TimeSpan history) => (int)Math.Clamp(history.TotalSeconds * 10, 100, 10_000_000);

    static WatchedAsset Watched(AssetDefinition asset, SiteDocuments site)
    {
        FeaturePipelineDefinition pipeline = site.Pipelines[asset.Pipeline].Definition;
        IEnumerable<WatchedSignal> signals = pipeline.Inputs.Select(input =>
        {
            TagContract tag = site.Tags.Find(asset.TagOf(input.Signal))!;
            return new WatchedSignal(tag.Id, Spoken(input.Signal), tag.Unit, tag.Low, tag.High);
        });
        return new WatchedAsset(asset.Id, asset.Name, asset.Area, [.. signals], [.. pipeline.Columns.Select(c => c.Name)]);
    }

    /// <summary>A signal's name for people: <c>suction_pressure</c> is "Suction pressure". (A tag's description is a sentence, too long for a lane.)</summary>
    static string Spoken(string signal)
    {
        string words = signal.Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    static SourceHealth HealthOf(SourceState state) => state switch
    {
        SourceState.Connected => SourceHealth.Connected,
        SourceState.Down => SourceHealth.Down,
        SourceState.Finished => SourceHealth.Finished,
        _ => SourceHealth.Starting,
    };
}
