using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Facts;
using EdgeRuntime.Hmi;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeRuntime.Tests.EndToEnd.Hmi;

/// <summary>The screens as a browser shows them. <c>HMI_PICTURES=folder</c> keeps a picture of each.</summary>
public sealed class ScreenTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    const int Patience = 60_000;

    readonly ListJournal _journal = new();
    readonly CancellationTokenSource _end = new();
    readonly List<string> _complaints = [];
    PumpStory _story = null!;
    Task _running = Task.CompletedTask;
    PanelHost? _host;
    volatile bool _labDown;
    volatile bool _missing;
    long _lost;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        if (_host is not null)
            await _host.DisposeAsync();
        _end.Dispose();
    }

    [Fact]
    public async Task The_overview_shows_values_that_go_on_changing()
    {
        IPage page = await OpenAsync("/", assets: 2);
        ILocator flow = page.Locator("[data-k='P-101.s2.value']").First;
        string before = await flow.InnerTextAsync();
        await Expect(flow).Not.ToHaveTextAsync(before, new() { Timeout = Patience });
        await Expect(page.Locator("#feed-word")).ToHaveTextAsync("Live", new() { Timeout = Patience });
        await Expect(page.Locator("[data-k='P-101.state']").First).ToHaveTextAsync("Normal");
        await PictureAsync(page, "overview-normal");
        NoComplaints();
    }

    [Fact]
    public async Task The_overview_says_what_is_missing_now_and_what_was_in_the_last_day()
    {
        IPage page = await OpenAsync("/", assets: 2);
        ILocator strip = page.Locator(".gaps");
        await Expect(strip.Locator(".now")).ToHaveTextAsync("Nothing is missing now", new() { Timeout = Patience });
        await Expect(strip.Locator(".day")).ToHaveTextAsync("3 ended in the last 24 h: box off 2, line down 1");
        await PictureAsync(page, "overview-nothing-missing");
        _missing = true;
        await Expect(strip.Locator(".now")).ToContainTextAsync("3 gaps are open", new() { Timeout = Patience });
        await Expect(strip.Locator(".now")).ToContainTextAsync("P-101.bearing-temperature: silent, cause unknown for 4");
        await Expect(strip.Locator(".now")).ToContainTextAsync("all of lab: line down for 1");
        await PictureAsync(page, "overview-missing");
        NoComplaints();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public async Task The_overview_fits_a_panel_of_1280_by_800_without_scrolling(int assets)
    {
        _missing = true;
        IPage page = await OpenAsync("/", assets);
        _story.Tell(new Finding(FindingLayer.DataQuality, FindingPriority.Medium, "tag:P-101.flow", "stuck",
            "The flow of P-101 has given the very same value for 60 s: look at the transmitter FT-101."));
        await Expect(page.Locator("#feed-word")).ToHaveTextAsync("Live", new() { Timeout = Patience });
        await Expect(page.Locator("[data-k='finding.0.sentence']")).ToContainTextAsync("FT-101", new() { Timeout = Patience });
        await PictureAsync(page, $"overview-{assets}");
        string[] scrolling = await page.EvaluateAsync<string[]>(
            """
            () => [document.documentElement, document.querySelector('main'), document.querySelector('.tiles'), ...document.querySelectorAll('.tile'),
                ...(document.querySelectorAll('.tile').length > 4 ? [] : document.querySelectorAll('.rows'))]
              .filter(e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
              .map(e => `${e.tagName}.${e.className} holds ${e.scrollWidth} x ${e.scrollHeight} in ${e.clientWidth} x ${e.clientHeight}`)
            """);
        Assert.Empty(scrolling);
        NoComplaints();
    }

    [Fact]
    public async Task An_anomaly_is_said_with_shape_number_and_word_beside_its_colour()
    {
        IPage page = await OpenAsync("/", assets: 2);
        _story.Cavitation = 1;
        _labDown = true;
        ILocator tile = page.Locator(".tile").First;
        await Expect(tile.Locator(".state-word")).ToHaveTextAsync("Anomaly", new() { Timeout = Patience });
        await Expect(tile.Locator(".state .s-anomaly")).ToBeVisibleAsync();
        await Expect(tile.Locator(".state .s-normal")).ToBeHiddenAsync();
        await Expect(tile.Locator(".score-ratio")).ToContainTextAsync("× limit");
        await Expect(tile.Locator(".reason")).ToContainTextAsync("cavitation");
        await Expect(page.Locator(".tile").Nth(1).Locator(".state-word")).ToHaveTextAsync("Normal");
        await Expect(page.Locator("#spoken")).ToContainTextAsync("P-101: Anomaly");
        await PictureAsync(page, "overview-anomaly");
        NoComplaints();
    }

    [Fact]
    public async Task Nothing_on_a_normal_overview_is_coloured()
    {
        IPage page = await OpenAsync("/", assets: 2);
        await Expect(page.Locator("#feed-word")).ToHaveTextAsync("Live", new() { Timeout = Patience });
        byte[] png = await page.ScreenshotAsync();
        // The page itself counts: a picture loaded from the test is not under the page's own policy.
        IPage counter = await chromium.OpenAsync();
        int saturated = await counter.EvaluateAsync<int>(
            """
            async base64 => {
              const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,' + base64)).blob());
              const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
              pen.drawImage(bitmap, 0, 0);
              const pixels = pen.getImageData(0, 0, bitmap.width, bitmap.height).data;
              let count = 0;
              for (let i = 0; i < pixels.length; i += 4) {
                if (Math.max(pixels[i], pixels[i + 1], pixels[i + 2]) - Math.min(pixels[i], pixels[i + 1], pixels[i + 2]) > 60) count++;
              }
              return count;
            }
            """, Convert.ToBase64String(png));
        Assert.Equal(0, saturated);
    }

    [Fact]
    public async Task An_asset_page_draws_its_trends_and_says_rung_confidence_and_age()
    {
        IPage page = await OpenAsync("/assets/P-101", assets: 2, anomalyFrom: 150, anomalyTo: 90);
        await Expect(page.Locator("[data-k='P-101.rung']")).ToHaveTextAsync("Model", new() { Timeout = Patience });
        await Expect(page.Locator("[data-k='P-101.confidence']")).ToContainTextAsync("93");
        await Expect(page.Locator("[data-k='P-101.age']")).ToContainTextAsync("s");
        await Expect(page.Locator("#trend-word")).ToContainTextAsync("UTC", new() { Timeout = Patience });
        int inked = await InkedAsync(page);
        Assert.True(inked > 2000, $"Only {inked} pixels of the trend are drawn.");
        await PictureAsync(page, "asset");
        await page.Locator("[data-span='900']").ClickAsync();
        await Expect(page.Locator("[data-span='900']")).ToHaveAttributeAsync("aria-pressed", "true");
        string live = await page.Locator("#trend-word").InnerTextAsync();
        await page.Locator("[data-go='earlier']").ClickAsync();
        await Expect(page.Locator("#trend-word")).Not.ToHaveTextAsync(live, new() { Timeout = Patience });
        await Expect(page.Locator("[data-go='live']")).ToHaveAttributeAsync("aria-pressed", "false");
        await page.Locator("summary").ClickAsync();
        await Expect(page.Locator(".values tbody tr")).ToHaveCountAsync(8);
        NoComplaints();
    }

    [Fact]
    public async Task When_the_stream_stops_values_are_marked_old_and_the_page_recovers_by_itself()
    {
        IPage page = await OpenAsync("/assets/P-101", assets: 1);
        await Expect(page.Locator("#trend-word")).ToContainTextAsync("UTC", new() { Timeout = Patience });
        await page.EvaluateAsync("() => { window.stillTheSamePage = true; }");
        int port = _host!.Port;
        await _host.DisposeAsync();
        await Expect(page.Locator("#feed-word")).ToContainTextAsync("No data for", new() { Timeout = Patience });
        await Expect(page.Locator("#stale")).ToBeVisibleAsync();
        Assert.Equal("\"old\"", await page.EvaluateAsync<string>("() => getComputedStyle(document.querySelector('.lane-value'), '::after').content"));
        int inked = await InkedAsync(page);
        Assert.True(inked > 2000, $"Only {inked} pixels of the trend are left during the outage.");
        await PictureAsync(page, "asset-outage");
        // The browser itself says that the server is gone; that is no fault of the page.
        _complaints.RemoveAll(c => c.Contains("ERR_", StringComparison.Ordinal));
        _host = await PanelHost.StartAsync(_journal, Options(1), port);
        await Expect(page.Locator("#feed-word")).ToHaveTextAsync("Live", new() { Timeout = Patience });
        await Expect(page.Locator("#stale")).ToBeHiddenAsync();
        Assert.True(await page.EvaluateAsync<bool>("() => window.stillTheSamePage === true"));
        ILocator flow = page.Locator("[data-k='P-101.s2.value']").First;
        await Expect(flow).Not.ToHaveTextAsync(await flow.InnerTextAsync(), new() { Timeout = Patience });
    }

    [Fact]
    public async Task A_fallback_and_an_unknown_state_are_said_in_words()
    {
        IPage page = await OpenAsync("/", assets: 1);
        _story.Rung = Rung.Rules;
        await Expect(page.Locator("[data-k='P-101.rung']")).ToHaveTextAsync("Rules", new() { Timeout = Patience });
        _story.Rung = Rung.LowConfidence;
        await Expect(page.Locator(".state-word")).ToHaveTextAsync("Unknown", new() { Timeout = Patience });
        await Expect(page.Locator(".state .s-unknown")).ToBeVisibleAsync();
        await Expect(page.Locator(".score-ratio").First).ToHaveTextAsync("no score");
        NoComplaints();
    }

    [Fact]
    public async Task Received_equals_stored_plus_accounted_and_a_lost_value_is_shouted()
    {
        IPage page = await OpenAsync("/", assets: 2);
        await Expect(page.Locator(".verdict")).ToContainTextAsync("Balances", new() { Timeout = Patience });
        await Expect(page.Locator(".recon .causes")).ToHaveTextAsync("redelivered 40, not-json 5");
        await Expect(page.Locator(".recon path.broken")).ToBeHiddenAsync();
        await Expect(page.Locator(".sources .source-word").First).ToHaveTextAsync("Connected");
        // Three values vanish and the flow pauses, so that nothing newer can hide them.
        Interlocked.Exchange(ref _lost, 3);
        await _end.CancelAsync();
        await Expect(page.Locator(".verdict")).ToContainTextAsync("Does not balance: 3 values missing", new() { Timeout = Patience });
        await Expect(page.Locator(".recon span.broken")).ToBeVisibleAsync();
        await PictureAsync(page, "overview-mismatch");
        NoComplaints();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/assets/P-101")]
    [InlineData("/findings")]
    public async Task Every_target_is_ten_millimetres_and_every_focus_is_seen(string path)
    {
        IPage page = await OpenAsync(path, assets: 4);
        string[] small = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('a:not(.skip), button, summary')]
              .map(e => [e, e.getBoundingClientRect()])
              .filter(([e, r]) => r.height < 58.9 || r.width < 58.9)
              .map(([e, r]) => `${e.tagName} "${e.textContent.trim()}" is ${r.width} x ${r.height} px`)
            """);
        Assert.Empty(small);
        var seen = new HashSet<string>();
        for (int i = 0; i < 40; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            string[] focus = await page.EvaluateAsync<string[]>(
                """
                () => {
                  const e = document.activeElement;
                  const s = getComputedStyle(e);
                  const name = e === document.body ? '' : e.tagName + ' ' + (e.id || e.getAttribute('href') || e.textContent.trim());
                  return [name, s.outlineStyle, s.outlineWidth];
                }
                """);
            if (focus[0].Length == 0)
                break;
            Assert.True(focus[1] == "solid" && focus[2] == "3px", $"The focus on {focus[0]} is not seen: outline {focus[1]} {focus[2]}.");
            seen.Add(focus[0]);
        }

        Assert.Contains("A /findings", seen);
        Assert.Contains("A /assets/P-102", seen);
        NoComplaints();
    }

    [Fact]
    public async Task The_page_has_a_language_landmarks_and_one_heading_and_forbids_foreign_and_inline_code()
    {
        IPage page = await OpenAsync("/", assets: 2);
        IResponse reply = (await page.GotoAsync(_host!.Url + "/"))!;
        Assert.StartsWith("default-src 'self';", (await reply.AllHeadersAsync())["content-security-policy"], StringComparison.Ordinal);
        Assert.Equal("en", await page.Locator("html").GetAttributeAsync("lang"));
        foreach (string landmark in new[] { "header", "nav", "main" })
            await Expect(page.Locator(landmark)).ToHaveCountAsync(1);
        await Expect(page.Locator("h1")).ToHaveCountAsync(1);
        await Expect(page.Locator("[style], style, script:not([src])")).ToHaveCountAsync(0);
        NoComplaints();
    }

    [Fact]
    public async Task An_unknown_asset_is_a_404_with_a_plain_sentence()
    {
        IPage page = await OpenAsync("/", assets: 1);
        _complaints.Clear();
        IResponse reply = (await page.GotoAsync(_host!.Url + "/assets/P-999"))!;
        Assert.Equal(404, reply.Status);
        await Expect(page.Locator("main")).ToContainTextAsync("There is no asset 'P-999' on this box.");
        using var http = new HttpClient();
        using HttpResponseMessage api = await http.GetAsync(new Uri(_host.Url + "/api/v1/assets/P-999/trend"));
        Assert.Equal(404, (int)api.StatusCode);
        Assert.Contains("There is no asset", await api.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    async Task<IPage> OpenAsync(string path, int assets, int anomalyFrom = -1, int anomalyTo = -1)
    {
        IPage page = await chromium.OpenAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Add(message.Text);
        };
        page.PageError += (_, error) => _complaints.Add(error);
        _story = new PumpStory(_journal, assets).After(300, anomalyFrom, anomalyTo);
        _running = _story.RunAsync(_end.Token);
        _host = await PanelHost.StartAsync(_journal, Options(assets));
        await page.GotoAsync(_host.Url + path);
        return page;
    }

    static EventTime Ago(int seconds) => new((DateTimeOffset.UtcNow.AddSeconds(-seconds) - DateTimeOffset.UnixEpoch).Ticks * 100);

    IReadOnlyList<GapLine> Open => !_missing ? [] :
    [
        new("plant", "P-101.bearing-temperature", Ago(252), null, GapCause.Unknown, 0),
        new("lab", "", Ago(90), null, GapCause.LinkDown, 0),
        new("plant", "P-102.vibration-nde", Ago(20), null, GapCause.BadQuality, 200),
    ];

    static IReadOnlyList<GapLine> Closed =>
    [
        new("plant", "P-101.flow", Ago(3600), Ago(3000), GapCause.BoxOff, 0),
        new("plant", "P-102.flow", Ago(3600), Ago(3000), GapCause.BoxOff, 0),
        new("lab", "", Ago(1800), Ago(1700), GapCause.LinkDown, 0),
        new("lab", "", Ago(200_000), Ago(180_000), GapCause.LinkDown, 0),
    ];

    HmiOptions Options(int assets) => new()
    {
        SiteName = "Line 2",
        Assets = PumpStory.Assets(assets),
        Build = "0.1.0+test",
        Banners = ["Unsigned releases are allowed on this box."],
        Sources = () => [new("plant", SourceHealth.Connected, "mqtt://127.0.0.1:1883, 160 values/s"), _labDown
            ? new("lab", SourceHealth.Down, "Refused since 14:02; tried again every 30 s.")
            : new("lab", SourceHealth.Connected, "mqtt://127.0.0.1:1884, 2 values/s")],
        Intake = () =>
        {
            long stored = _story.Stored;
            return (stored + 45 + Interlocked.Read(ref _lost), stored, new Dictionary<string, long> { ["redelivered"] = 40, ["not-json"] = 5 });
        },
        Gaps = () => new GapReport(_story.Stored, new Dictionary<string, long> { ["not-json"] = 5 }, Open, Closed, ClosedOlder: false),
    };

    static Task<int> InkedAsync(IPage page) => page.EvaluateAsync<int>(
        """
        () => {
          const c = document.getElementById('plot');
          const p = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
          let n = 0;
          for (let i = 3; i < p.length; i += 4) if (p[i] > 128 && p[i - 1] < 100) n++;
          return n;
        }
        """);

    void NoComplaints() => Assert.Empty(_complaints);

    static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("HMI_PICTURES") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
    }
}
