using System.CommandLine;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Settings.Site;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime backfill</c>: a pipeline over the old data of a stopped box.</summary>
static class BackfillVerb
{
    /// <summary>Facts in one frame, about; what one input made the pipeline say stays together.</summary>
    const int FactsPerFrame = 256;

    /// <summary>Frames on their way to the disk at once.</summary>
    const int PendingMax = 64;

    public static Command Command()
    {
        var asset = new Option<string>("--asset") { Description = "The asset whose samples are used; it was active on this box at least once.", Required = true };
        var pipeline = new Option<string>("--pipeline") { Description = "The pipeline document.", Required = true };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Write vectors of this moment (event time, ISO 8601 with zone) or later; windows are filled from the beginning all the same." };
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("backfill", "Run a pipeline over the data of a stopped box and write its vectors into the journal; what is there already is not written again. Example: edgeruntime backfill --asset P-101 --pipeline site/pipeline-2.yaml --since 2026-03-01T00:00:00Z --data ./data") { asset, pipeline, since, settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(async () =>
        {
            PipelineFile file = PipelineFile.Load(parsed.GetValue(pipeline)!);
            DataFolder folder = DataFolder.Open(parsed.GetValue(data), parsed.GetValue(settings)!, TimeProvider.System);
            using IDisposable held = DataFolder.HoldAgainstRestore(folder.Path);
            AssetDefinition definition = AssetIn(folder, parsed.GetValue(asset)!);
            long from = parsed.GetValue(since) is { } moment ? (long)Int128.Clamp((Int128)(moment - DateTimeOffset.UnixEpoch).Ticks * 100, long.MinValue, long.MaxValue) : long.MinValue;
            folder.Archive.KeepPipeline(file.Definition, file.Bytes);
            JournalStore journal = JournalStore.Open(folder.JournalFolder, new JournalOptions(), new RealDisk(), TimeProvider.System, NullLogger<JournalStore>.Instance);
            await using (journal.ConfigureAwait(false))
            {
                long vectors = await WriteAsync(journal, Backfill.Run(() => journal.Read(), file.Definition, definition, new EventTime(from)), stop).ConfigureAwait(false);
                if (parsed.GetValue(json))
                    VerbOutput.SayJson(new { Asset = definition.Id, Pipeline = file.Definition.Identity.ToString(), Vectors = vectors, LastFrame = journal.LastFrame });
                else
                    VerbOutput.Say($"{vectors} vectors of {definition.Id} by pipeline '{file.Definition.Id}' {file.Definition.Version} ({file.Definition.Identity.Short}) were written; what the journal held already was left as it is.");
            }

            return Exit.Ok;
        }));
        return command;
    }

    static AssetDefinition AssetIn(DataFolder folder, string asset)
    {
        Activation active = folder.Read().SelectMany(b => b.Batch.Facts.OfType<Activation>()).LastOrDefault(a => a.Asset == asset)
            ?? throw new VerbRefusedException($"No activation of '{asset}' is in {folder.Path}, so nobody knows which tags are its signals; start the service once with the asset in site.yaml.");
        try
        {
            return folder.Archive.Site(active.Site).Assets.First(a => a.Id == asset);
        }
        catch (PlanBrokenException e)
        {
            throw new VerbRefusedException(e.Message);
        }
    }

    static async Task<long> WriteAsync(JournalStore journal, IEnumerable<IReadOnlyList<Fact>> said, CancellationToken stop)
    {
        var frame = new List<Fact>();
        var pending = new Queue<Task<long>>();
        long vectors = 0;
        foreach (IReadOnlyList<Fact> facts in said)
        {
            stop.ThrowIfCancellationRequested();
            vectors += facts.OfType<FeatureVector>().LongCount();
            frame.AddRange(facts);
            if (frame.Count >= FactsPerFrame)
                await AppendAsync().ConfigureAwait(false);
        }

        if (frame.Count > 0)
            await AppendAsync().ConfigureAwait(false);
        await Task.WhenAll(pending).ConfigureAwait(false);
        return vectors;

        async Task AppendAsync()
        {
            pending.Enqueue(journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(TimeProvider.System), Origin = Origins.Backfill, Facts = [.. frame] }));
            frame.Clear();
            if (pending.Count >= PendingMax)
                await pending.Dequeue().ConfigureAwait(false);
        }
    }
}
