using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class ReloadTests : IDisposable
{
    readonly BoxFolder _folder = new(FreePort.Next());

    public ReloadTests()
    {
        _folder.With("site.yaml", "kind: Site\nname: test\nassets:\n  - {id: A, pipeline: p.yaml}\n  - {id: B, pipeline: p.yaml}\n");
        _folder.With("tags.yaml", "kind: Tags\ntags:\n  A.x: {}\n  B.x: {}\n");
        _folder.With("sources.yaml", Sources("a", "b"));
        _folder.With("p.yaml", """
            kind: FeaturePipeline
            id: tiny
            version: 1.0.0
            vector: {at: each-event-time}
            inputs:
              - {signal: x, unit: "", maxAge: PT10S}
            features:
              - {name: x, op: last, of: x}
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Documents_that_are_wrong_change_nothing()
    {
        await using RuntimeSession session = await StartAsync();
        long frames = Words(session).Count;
        _folder.With("site.yaml", "kind: Site\nassets:\n  - {id: A, pipeline: p.yaml, realease: x}\n");
        _folder.With("sources.yaml", "kind: Sources\nsources:\n  - {name: a, type: mqqt}\n");

        SettingsException refused = await Assert.ThrowsAsync<SettingsException>(() => session.ReloadAsync("anna", "slip"));

        Assert.Equal(2, refused.Violations.Select(v => Path.GetFileName(v.File)).Distinct().Count());
        Assert.Equal(frames, Words(session).Count);
        Assert.Equal(["A", "B"], session.Active.Select(a => a.Asset));
        Assert.Equal(["a", "b"], session.Sources.Select(s => s.Name));
    }

    [Fact]
    public async Task Who_and_why_stand_in_the_journal_with_every_document_that_changed_and_every_asset()
    {
        await using RuntimeSession session = await StartAsync();
        Digest before = session.Site.SiteDigest;
        _folder.With("site.yaml", "kind: Site\nname: test\nassets:\n  - {id: A, pipeline: p.yaml}\n");

        ReloadResult done = await session.ReloadAsync("anna", "B was sold");

        Assert.Equal((1, "site.yaml", "A B"), (done.Documents.Count, done.Documents[0], string.Join(' ', done.Assets)));
        StoredBatch reload = session.Journal.Read().Single(b => b.Batch.Facts.Any(f => f is Audit { Action: "reload" }));
        Assert.Equal(new Audit("anna", "reload", "site", before.ToString(), session.Site.SiteDigest.ToString(), "B was sold"), reload.Batch.Facts[0]);
        Assert.Equal(new Audit("anna", "document", "site.yaml", before.ToString(), session.Site.SiteDigest.ToString(), "B was sold"), reload.Batch.Facts[1]);
        Activation end = Assert.Single(reload.Batch.Facts.OfType<Activation>(), a => a.IsEnd);
        Assert.Equal(("B", "anna", "B was sold"), (end.Asset, end.Who, end.Why));
        Assert.Equal(["A"], session.Active.Select(a => a.Asset));
    }

    [Fact]
    public async Task Only_sources_that_are_others_than_before_are_made_anew_and_one_that_is_gone_is_said_to_be()
    {
        await using RuntimeSession session = await StartAsync();
        var kept = session.Sources.Single(s => s.Name == "b");
        var changed = session.Sources.Single(s => s.Name == "a");
        _folder.With("sources.yaml", "# Another comment changes nothing.\n" + Sources("a", "b").Replace("path: a", "path: elsewhere", StringComparison.Ordinal));
        ReloadResult first = await session.ReloadAsync("anna", "");
        Assert.Equal(["a"], first.Sources);
        Assert.Same(kept, session.Sources.Single(s => s.Name == "b"));
        Assert.NotSame(changed, session.Sources.Single(s => s.Name == "a"));

        _folder.With("sources.yaml", Sources("b"));
        ReloadResult second = await session.ReloadAsync("anna", "");
        Assert.Equal(["a"], second.Sources);
        Assert.Equal(["b"], session.Sources.Select(s => s.Name));
        Assert.Contains(Words(session), f => f is ModeChange { Subject: "source:a", To: "removed" });

        _folder.With("tags.yaml", "kind: Tags\ntags:\n  A.x: {expectEvery: PT1S}\n  B.x: {}\n");
        Assert.Empty((await session.ReloadAsync("anna", "")).Sources);
        _folder.With("tags.yaml", "kind: Tags\ntags:\n  A.x: {type: int64}\n  B.x: {}\n");
        Assert.Equal(["b"], (await session.ReloadAsync("anna", "")).Sources);
    }

    [Fact]
    public async Task The_states_of_sources_stand_in_the_journal_with_their_reason()
    {
        await using RuntimeSession session = await StartAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Words(session).OfType<ModeChange>().Count() < 2)
            await Task.Delay(20, limit.Token);

        ModeChange a = Words(session).OfType<ModeChange>().Single(c => c.Subject == "source:a");
        Assert.Equal(("starting", "down", "service"), (a.From, a.To, a.Who));
        Assert.NotEmpty(a.Why);
    }

    [Fact]
    public async Task A_start_after_a_reload_finds_nothing_to_say_anew()
    {
        await using (RuntimeSession session = await StartAsync())
        {
            _folder.With("site.yaml", "kind: Site\nname: test\nassets:\n  - {id: A, pipeline: p.yaml}\n");
            await session.ReloadAsync("anna", "B was sold");
        }

        await using RuntimeSession again = await StartAsync();
        StoredBatch start = again.Journal.Read().Last(b => b.Batch.Facts.Any(f => f is Audit { Action: "start" }));
        Assert.Single(start.Batch.Facts);
        Assert.Equal(["A"], again.Active.Select(a => a.Asset));
    }

    Task<RuntimeSession> StartAsync()
    {
        BoxSettings box = BoxSettings.Load(_folder.Settings);
        return RuntimeSession.StartAsync(box, SiteDocuments.Load(box.Site), TimeProvider.System, NullLoggerFactory.Instance);
    }

    static List<Fact> Words(RuntimeSession session) => [.. session.Journal.Read().Where(b => b.Batch.Origin == Origins.Service).SelectMany(b => b.Batch.Facts)];

    /// <summary>Files that are not there: such a source is down and says so.</summary>
    static string Sources(params string[] names) => "kind: Sources\nsources:\n" + string.Concat(names.Select(n => $$"""
          - name: {{n}}
            type: csv
            path: {{n}}.csv
            time: {column: t, format: iso8601}
            columns: {x: A.x}

        """));
}
