using System.CommandLine;
using System.Runtime.CompilerServices;
using EdgeRuntime.Mqtt;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Service.Runtime;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting.Systemd;
using Serilog;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime run</c>: the service, on a console, under systemd or as a Windows service.</summary>
static class RunVerb
{
    /// <summary>After a failed journal (a full disk, a failed flush) the session is opened anew, again and again, until it goes.</summary>
    static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(2);

    /// <summary>A session over a large backup of another build reads all of its journal before it serves.</summary>
    static readonly TimeSpan RestorePause = TimeSpan.FromMinutes(5);

    public static Command Command()
    {
        Option<string> settings = VerbOptions.Settings();
        var command = new Command("run", "Run the service: take telemetry, decide, serve the screens. Example: edgeruntime run --settings /etc/edgeruntime/appsettings.json") { settings };
        command.SetAction((parsed, stop) => VerbOutput.Guard(async () =>
        {
            BoxSettings box = BoxSettings.Load(parsed.GetValue(settings)!);
            SiteDocuments site = SiteDocuments.Load(box.Site);
            if (FolderProbe.WhyNot(box.Data) is { } why)
                throw new VerbRefusedException($"The data folder {box.Data} cannot be written: {why} Make it writable, or name another one (data in the settings).");
            using ILoggerFactory loggers = Logs.Open(box, quiet: false);
            try
            {
                return await RunAsync(box, site, loggers, stop).ConfigureAwait(false);
            }
            finally
            {
                await Log.CloseAndFlushAsync().ConfigureAwait(false);
            }
        }));
        return command;
    }

    static async Task<int> RunAsync(BoxSettings box, SiteDocuments site, ILoggerFactory loggers, CancellationToken stop)
    {
        RefuseTakenPort(box);
        RuntimeSession? session = await RuntimeSession.StartAsync(box, site, TimeProvider.System, loggers).ConfigureAwait(false);
        while (session is not null)
            session = await ServeAsync(box, session, loggers, stop).ConfigureAwait(false);
        return Exit.Ok;
    }

    /// <summary>Serves one session to its end. Null: told to stop. Else it failed, or a backup takes its place, and this is the session that goes on.</summary>
    static async Task<RuntimeSession?> ServeAsync(BoxSettings box, RuntimeSession session, ILoggerFactory loggers, CancellationToken stop)
    {
        RuntimeSession? next = null;
        await using ConfiguredAsyncDisposable ended = session.ConfigureAwait(false);
        await using WebApplication app = Front.Build(box, session, TimeProvider.System);
        string address = await StartAsync(app, box).ConfigureAwait(false);
        Log.Information("The screens are at {Address}", address);
        ISystemdNotifier systemd = app.Services.GetService<ISystemdNotifier>() ?? new NoNotifier();
        Task watchdog = new Watchdog(session, systemd, TimeProvider.System).RunAsync(app.Lifetime.ApplicationStopping);
        using CancellationTokenRegistration asked = stop.Register(app.Lifetime.StopApplication);
        Task stopped = app.WaitForShutdownAsync(CancellationToken.None);
        Task ending = await Task.WhenAny(stopped, session.Failed, session.RestoreDue).ConfigureAwait(false);
        if (ending != stopped)
        {
            bool restore = ending == session.RestoreDue;
            if (restore)
            {
                Watchdog.Allow(RestorePause, systemd);
                await session.StopAsync(FormattableString.Invariant($"a backup takes its place: {session.RestoreDue.Result.Why}")).ConfigureAwait(false);
            }

            // The journal is let go of, so that it can be opened anew; the screens stay and say what is wrong until it is.
            await session.DisposeAsync().ConfigureAwait(false);
            next = await OpenAgainAsync(box, session.Site, loggers, atOnce: restore, app.Lifetime.ApplicationStopping).ConfigureAwait(false);
        }

        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await watchdog.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await session.StopAsync("asked to stop").ConfigureAwait(false);
        return next;
    }

    /// <summary>Null: told to stop meanwhile.</summary>
    static async Task<RuntimeSession?> OpenAgainAsync(BoxSettings box, SiteDocuments site, ILoggerFactory loggers, bool atOnce, CancellationToken stop)
    {
        string said = "";
        using var timer = new PeriodicTimer(AgainAfter, TimeProvider.System);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!atOnce)
                    await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
                atOnce = false;
                return await RuntimeSession.StartAsync(box, site, TimeProvider.System, loggers).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Told to stop: the loop ends.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or MqttDownException)
            {
                // It ran before, so it is the disk and not the configuration. One line per reason, not per try.
                if (said != e.Message)
                    Log.Error("The session cannot be opened again yet: {Sentence}", e.Message);
                said = e.Message;
            }
        }

        return null;
    }

    /// <exception cref="VerbRefusedException">Another program has it.</exception>
    public static void RefuseTakenPort(BoxSettings box)
    {
        if (PortProbe.IsTaken(box.HttpAddress, box.HttpPort))
            throw PortTaken(box);
    }

    static VerbRefusedException PortTaken(BoxSettings box) =>
        new($"Port {box.HttpPort} on {box.HttpAddress} is in use. Choose another one (http.port in the settings, --port for the demo), or stop the program that has it.");

    /// <summary>Starts the screens and gives their address.</summary>
    /// <exception cref="VerbRefusedException">The port is in use.</exception>
    public static async Task<string> StartAsync(WebApplication app, BoxSettings box)
    {
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw PortTaken(box);
        }

        return app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    sealed class NoNotifier : ISystemdNotifier
    {
        public bool IsEnabled => false;

        public void Notify(ServiceState state)
        {
            // Not under systemd: nobody waits for it.
        }
    }
}
