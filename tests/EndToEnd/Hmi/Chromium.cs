using Microsoft.Playwright;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.Hmi;

/// <summary>The system's own browser, started once per test class; never one that Playwright downloads.</summary>
public sealed class Chromium : IAsyncLifetime
{
    const string Absent = "No Chromium at /usr/bin/chromium or /usr/bin/chromium-browser: the screens are not looked at. Install the package 'chromium'.";

    static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];
    static readonly string[] Arguments =
    [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    IPlaywright? _playwright;
    IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Array.Find(Places, File.Exists) is not { } chromium)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = Arguments, Headless = true });
    }

    internal async Task<IPage> OpenAsync(int width = 1280, int height = 800)
    {
        Assert.SkipUnless(_browser is not null, Absent);
        IPage page = await _browser!.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height } });
        page.SetDefaultTimeout(60_000);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
