using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Journal.AsOf;
using EdgeRuntime.Tests.Unit.Journal.Sealed;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Unit.Journal.Tables;

/// <summary>
/// A data folder on the real disk, its journal sealed but for the newest segment: every kind of value, times to the nanosecond, and texts on
/// which a careless CSV breaks.
/// </summary>
sealed class SealedFloor : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeruntime-tables-");

    public string Data => _folder.FullName;

    public string Journal => Path.Combine(Data, "journal");

    public static IEnumerable<FactBatch> Batches(int count) => new RandomFloor(11).Batches(count).Select((batch, number) =>
    {
        var ingest = new IngestTime(batch.Ingest.UnixNanoseconds + (number % 997));
        IEnumerable<Sample> samples = batch.Samples.Select((sample, i) => sample with { Event = new EventTime(sample.Event.UnixNanoseconds + ((number + i) % 3)) });
        return batch with { Ingest = ingest, Samples = [.. samples.Concat(Rare(number)).Select(sample => sample with { Ingest = ingest })] };
    });

    public SealedFloor With(IEnumerable<FactBatch> batches, Action<JournalStore>? then = null)
    {
        JournalStore store = JournalStore.Open(
            Journal, new JournalOptions { SegmentBytes = 8192, SealAfterSegments = 0 }, new RealDisk(), new StillClock(), NullLogger<JournalStore>.Instance, stepped: true, new FixedSigner());
        SealedJournal.Append(store, batches);
        SealedJournal.SealAll(store);
        then?.Invoke(store);
        SealedJournal.Close(store);
        return this;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    static IEnumerable<Sample> Rare(int number)
    {
        Sample rare = SampleBuilder.Sample("P-101.flow", 1000 + number, 0);
        if (number % 7 == 0)
            yield return rare with { Value = TagValue.Of(BitConverter.Int64BitsToDouble(0x7ff8_0000_0000_1234)) };
        if (number % 11 == 0)
            yield return rare with { Tag = "P-101.state", Value = TagValue.Of("one, \"two\"\r\nthree; läuft") };
        if (number % 13 == 0)
            yield return rare with { Tag = "mixed", Value = TagValue.Of(number % 2 == 0 ? long.MaxValue : long.MinValue) };
        if (number % 17 == 0)
            yield return rare with { Value = TagValue.Of(double.Epsilon * (1 + number)) };
    }
}
