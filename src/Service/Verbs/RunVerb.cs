using System.CommandLine;
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
        bool served = false;
        while (true)
        {
            try
            {
                if (await ServeAsync(box, site, loggers, () => served = true, stop).ConfigureAwait(false))
                    return Exit.Ok;
            }
            catch (Exception e) when (served && e is IOException or UnauthorizedAccessException or MqttDownException or VerbRefusedException)
            {
                // It ran before, so it is the disk and not the configuration: people were told by the log, and it is tried again.
                Log.Error("The session cannot be opened again yet: {Sentence}", e.Message);
            }

            await Task.Delay(AgainAfter, TimeProvider.System, stop).ConfigureAwait(false);
        }
    }

    /// <summary>True: told to stop. False: the session failed and should be opened anew.</summary>
    static async Task<bool> ServeAsync(BoxSettings box, SiteDocuments site, ILoggerFactory loggers, Action began, CancellationToken stop)
    {
        await using RuntimeSession session = await RuntimeSession.StartAsync(box, site, TimeProvider.System, loggers).ConfigureAwait(false);
        await using WebApplication app = Front.Build(box, site, session, TimeProvider.System);
        string address = await StartAsync(app, box).ConfigureAwait(false);
        began();
        Log.Information("The screens are at {Address}", address);
        Task watchdog = new Watchdog(session, app.Services.GetService<ISystemdNotifier>() ?? new NoNotifier(), TimeProvider.System)
            .RunAsync(app.Lifetime.ApplicationStopping);
        using CancellationTokenRegistration asked = stop.Register(app.Lifetime.StopApplication);
        Task stopped = app.WaitForShutdownAsync(CancellationToken.None);
        Task ended = await Task.WhenAny(stopped, session.Failed).ConfigureAwait(false);
        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await watchdog.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await session.StopAsync("asked to stop").ConfigureAwait(false);
        return ended == stopped;
    }

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
            throw new VerbRefusedException($"Port {box.HttpPort} on {box.HttpAddress} is in use. Choose another one (http.port in the settings, --port for the demo), or stop the program that has it.");
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
