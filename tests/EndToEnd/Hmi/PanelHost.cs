using System.Globalization;
using EdgeRuntime.Hmi;
using EdgeRuntime.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Tests.EndToEnd.Hmi;

/// <summary>The screens on a real web server in this process, with nothing else of the product around them.</summary>
sealed class PanelHost : IAsyncDisposable
{
    readonly WebApplication _app;

    PanelHost(WebApplication app)
    {
        _app = app;
        Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    internal string Url { get; }

    internal int Port => new Uri(Url).Port;

    internal static async Task<PanelHost> StartAsync(IJournal journal, HmiOptions options, int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Services.AddSingleton(journal);
        builder.Services.AddHmi(options);
        WebApplication app = builder.Build();
        app.MapHmi();
        await app.StartAsync();
        return new PanelHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
