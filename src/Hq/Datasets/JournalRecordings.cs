using System.Buffers;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>
/// One asset of a box as a recording, known then: the pipeline takes the journal's batches in the order in which the box had them, so no vector rests on
/// what came late or was corrected afterwards. Truths are people's verdicts on decisions, or intervals from a file.
/// </summary>
static class JournalRecordings
{
    /// <exception cref="TrainingException">There is no such journal, it is damaged, or samples were taken out of it.</exception>
    internal static Dataset Read(string folder, DataSource source, PipelineEngine engine)
    {
        string journal = Path.Combine(folder, source.Journal, "journal");
        if (!Directory.Exists(journal))
            throw new TrainingException($"data.journal: there is no folder 'journal' in '{source.Journal}' beside the recipe.");
        var asset = new AssetDefinition
        {
            Id = source.Asset, Name = source.Asset, Area = "", Pipeline = "", Release = "", Shadows = [], Rules = "", Signals = source.Tags,
        };
        var verdicts = new VerdictBook(source.Asset);
        (long first, long last, Digest end) = (0, 0, default);
        long until = long.MinValue;
        FileVectors vectors;
        try
        {
            vectors = engine.Vectors(asset, Batches());
        }
        catch (JournalCorruptException e)
        {
            throw new TrainingException($"data.journal: {e.Message} 'edgeruntime verify' says what is damaged, 'repair' what is lost.");
        }

        if (last == 0)
            throw new TrainingException($"data.journal: the journal in '{source.Journal}' is empty.");
        if (vectors.Rows.Count == 0)
            throw new TrainingException($"data.journal: the journal in '{source.Journal}' gives not one whole vector of {source.Asset}. Look at asset and signals in data.");
        // The asset's time begins with its first vector and goes on as long as the journal does.
        var span = new RecordingSpan(vectors.Times[0], new EventTime(Math.Max(vectors.Times[^1].UnixNanoseconds, until)));
        (IReadOnlyList<Truth> truths, IReadOnlyList<LabelledEvent> events, Digest labels, string[] remarks) = Truths(folder, source, vectors.Times, span, verdicts);
        var recording = new Recording(source.Asset, source.Asset, "", vectors.Times, vectors.Rows, truths, events, vectors.LeftOut) { RefusedMoments = vectors.RefusedMoments };
        Digest digest = Digest.Of(Encoding.UTF8.GetBytes(FormattableString.Invariant($"journal {first} {last} {end.Hex} {labels.Hex}\n")));
        return new Dataset(engine.Pipeline, engine.Columns, [recording], [0], [], [new SignalFile(source.Journal, (int)Math.Min(last - first + 1, int.MaxValue))], digest) { LabelRemarks = remarks };

        IEnumerable<StoredBatch> Batches()
        {
            foreach (StoredBatch stored in JournalReader.Open(journal, new RealDisk()).Read())
            {
                if (stored.Thinned)
                    throw new TrainingException($"data.journal: retention took samples out of frame {stored.Frame}; vectors of that time would not be those of the box. Train on a backup from before.");
                if (first == 0)
                    first = stored.Frame;
                (last, end) = (stored.Frame, Chained(end, stored.Batch));
                until = stored.Batch.Ingest.UnixNanoseconds;
                verdicts.Take(stored.Batch);
                yield return stored;
            }
        }
    }

    static (IReadOnlyList<Truth> Truths, IReadOnlyList<LabelledEvent> Events, Digest Labels, string[] Remarks) Truths(
        string folder, DataSource source, IReadOnlyList<EventTime> times, RecordingSpan span, VerdictBook verdicts)
    {
        LabelMapping labels = source.Labels ?? new LabelMapping { OfJournal = true };
        if (labels.IntervalFile.Length == 0)
            return (verdicts.Truths(times), verdicts.Events(times), Digest.None, []);
        string path = Path.Combine(folder, labels.IntervalFile);
        IReadOnlyList<LabelledInterval> intervals = IntervalFile.Read(path, labels.IntervalFile);
        IntervalFile.CheckAssets(intervals, [source.Asset], labels.IntervalFile);
        (IReadOnlyList<Truth> truths, IReadOnlyList<LabelledEvent> events) = RecordingTruths.OfIntervals(source.Asset, intervals, labels.Margin, times, span);
        return (truths, events, Digest.Of(File.ReadAllBytes(path)), [.. IntervalFile.Strays(intervals, [(source.Asset, span)], labels.IntervalFile)]);
    }

    static Digest Chained(Digest before, FactBatch batch)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(before.ToBytes());
        FactCodec.Encode(batch, bytes);
        return Digest.Of(bytes.WrittenSpan);
    }
}
