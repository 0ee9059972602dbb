using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Outputs;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Settings;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Service.Runtime;

/// <summary>What a reload did.</summary>
/// <param name="Documents">Files of the site that are others than before.</param>
/// <param name="Assets">Assets for which something else answers now, or nothing any more.</param>
/// <param name="Sources">Sources that were stopped, started, or both.</param>
/// <param name="Outputs">The outputs were started anew.</param>
/// <param name="Sentences">What people must know: refused releases, unsigned ones.</param>
sealed record ReloadResult(IReadOnlyList<string> Documents, IReadOnlyList<string> Assets, IReadOnlyList<string> Sources, bool Outputs, IReadOnlyList<string> Sentences);

/// <content>Another site without a restart.</content>
partial class RuntimeSession
{
    readonly SemaphoreSlim _changing = new(1);
    SourceRack _rack = null!;
    Surroundings _surroundings = null!;
    CancellationTokenSource? _stopOutputs;
    Task _outputsRun = Task.CompletedTask;

    /// <summary>The site's documents in force.</summary>
    public required SiteDocuments Site { get; set; }

    /// <summary>Told after every reload, when everything of it is in force.</summary>
    public event Action? Reloaded;

    /// <summary>
    /// Reads the site's documents anew and puts them in force: first as facts, by which the engine changes over at one place in the one order, then for sources and
    /// outputs that are others than before. What a source has not acknowledged comes again, so no sample is lost. One reload after the other.
    /// </summary>
    /// <exception cref="SettingsException">With everything that is wrong in all documents; nothing has changed.</exception>
    /// <exception cref="IOException">The journal or the archive could not take it; nothing has changed.</exception>
    public async Task<ReloadResult> ReloadAsync(string who, string why)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_stopped || _failed.Task.IsCompleted)
                throw new IOException("The service is stopping or its journal has failed; nothing was reloaded.");
            return await ChangeAsync(SiteDocuments.Load(_surroundings.Box.Site), who, why).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    async Task<ReloadResult> ChangeAsync(SiteDocuments next, string who, string why)
    {
        (BoxSettings box, PlanArchive archive, ArmLoader arms, JournalSurvey survey, _) = _surroundings;
        IReadOnlyList<Fact> documents = new SiteChange(who, why).DocumentsThatDiffer(next, survey, archive);
        PlanChange plan = new PlanActivation(box, next, archive, arms, BuildStamp.Text, who, why, Moment(_time)).Plan(survey);
        List<Fact> said = [new Audit(who, "reload", "site", Site.SiteDigest.ToString(), next.SiteDigest.ToString(), why), .. documents, .. plan.Facts];
        await AppendAsync(said).ConfigureAwait(false);

        said.ForEach(survey.Take);
        SiteDocuments before = Site;
        Site = next;
        Sentences = [.. BoxOpening.Restores(box.Data, new RealDisk()), .. plan.Sentences];
        Active = [.. survey.ActiveAssets.SelectMany(survey.ActiveOf)];
        Qualified = survey.QualificationsNow;
        IReadOnlyList<string> sources = await _rack.ChangeAsync(SourcesOf(next)).ConfigureAwait(false);
        bool outputs = !SameOutputs(before, next);
        if (outputs)
        {
            await StopOutputsAsync().ConfigureAwait(false);
            StartOutputs();
        }

        var result = new ReloadResult(
            [.. documents.OfType<Audit>().Select(d => d.Subject)],
            [.. plan.Facts.OfType<Activation>().Select(a => a.Asset).Distinct(StringComparer.Ordinal)],
            sources,
            outputs,
            plan.Sentences);
        LogReloaded(who, why, result.Documents.Count, result.Assets.Count, result.Sources.Count);
        foreach (string sentence in plan.Sentences)
            LogSentence(sentence);
        Reloaded?.Invoke();
        return result;
    }

    async Task AppendAsync(List<Fact> said)
    {
        try
        {
            await Journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(_time), Origin = Origins.Service, Facts = said }).ConfigureAwait(false);
        }
        catch (ArgumentException e)
        {
            throw new IOException($"{e.Message} Nothing was reloaded; a site this large needs larger segments (journal.segmentBytes).", e);
        }
    }

    /// <summary>A source reads by the tags' types and units: when these change, it is another source.</summary>
    List<WantedSource> SourcesOf(SiteDocuments site)
    {
        string tags = string.Join('\n', site.Tags.All.Select(t => $"{t.Id} {t.Type} {t.Unit} {t.Low:R} {t.High:R}"));
        return [.. site.Sources.Sources.Select(s => new WantedSource(
            s.Name,
            $"{s.Identity}\n{tags}",
            () => TelemetrySources.Create(new SourcesDefinition { Sources = [s] }, site.Tags, _time, _surroundings.Loggers, _broker?.Endpoint)[0]))];
    }

    static bool SameOutputs(SiteDocuments before, SiteDocuments next) =>
        before.Site.Name == next.Site.Name && BytesOf(before).Span.SequenceEqual(BytesOf(next).Span);

    static ReadOnlyMemory<byte> BytesOf(SiteDocuments site) => site.Files.TryGetValue("outputs.yaml", out ReadOnlyMemory<byte> bytes) ? bytes : default;

    void StartOutputs()
    {
        _stopOutputs = CancellationTokenSource.CreateLinkedTokenSource(_stopEngine.Token);
        var outputs = new FloorOutputs(Site.Outputs, Site.Site.Name, Journal, _time, _surroundings.Loggers, _broker?.Endpoint);
        _outputsRun = Watch("the outputs", outputs.RunAsync(_stopOutputs.Token));
        _followers.Add(_outputsRun);
    }

    async Task StopOutputsAsync()
    {
        await _stopOutputs!.CancelAsync().ConfigureAwait(false);
        await Quiet(_outputsRun).ConfigureAwait(false);
        _followers.Remove(_outputsRun);
        _stopOutputs.Dispose();
    }

    /// <summary>What a reload needs again of what the start had.</summary>
    sealed record Surroundings(BoxSettings Box, PlanArchive Archive, ArmLoader Arms, JournalSurvey Survey, ILoggerFactory Loggers);
}
