using System.Buffers.Binary;
using System.Diagnostics;
using EdgeRuntime.Facts;
using FASTER.core;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>
/// FasterLog, a batch as one entry of 29-byte records (tag id, event time, ingest time, quality, value; the names are kept elsewhere and
/// not counted), a checksum per entry, a commit about every 10 ms.
/// </summary>
sealed class FasterLogSide : IAppendSide
{
    const int RecordBytes = 4 + 8 + 8 + 1 + 8;

    static readonly TimeSpan s_commitEvery = TimeSpan.FromMilliseconds(10);

    readonly IDevice _device;
    readonly FasterLog _log;
    readonly byte[] _entry = new byte[PlantData.ValuesPerBatch * RecordBytes];

    public FasterLogSide(string folder)
    {
        string own = Directory.CreateDirectory(Path.Combine(folder, "fasterlog")).FullName;
        _device = Devices.CreateLogDevice(Path.Combine(own, "log"));
        _log = new FasterLog(new FasterLogSettings { LogDevice = _device, LogCommitDir = own, LogChecksum = LogChecksumType.PerEntry });
    }

    public string Name => "FasterLog batches";

    public int ValuesPerRound => 1_000_000;

    public void Store(IReadOnlyList<FactBatch> batches)
    {
        long committed = Stopwatch.GetTimestamp();
        for (int b = 0; b < batches.Count; b++)
        {
            _log.Enqueue(Entry(b, batches[b]));
            if (Stopwatch.GetElapsedTime(committed) < s_commitEvery)
                continue;
            _log.Commit();
            committed = Stopwatch.GetTimestamp();
        }

        _log.Commit(spinWait: true);
    }

    public long StoredBytes() => _log.CommittedUntilAddress - _log.BeginAddress;

    public void Dispose()
    {
        _log.Dispose();
        _device.Dispose();
    }

    ReadOnlySpan<byte> Entry(int number, FactBatch batch)
    {
        var samples = (Sample[])batch.Samples;
        Span<byte> to = _entry;
        for (int i = 0; i < samples.Length; i++, to = to[RecordBytes..])
        {
            ref readonly Sample sample = ref samples[i];
            BinaryPrimitives.WriteInt32LittleEndian(to, PlantData.TagId(number, i));
            BinaryPrimitives.WriteInt64LittleEndian(to[4..], sample.Event.UnixNanoseconds);
            BinaryPrimitives.WriteInt64LittleEndian(to[12..], sample.Ingest.UnixNanoseconds);
            to[20] = (byte)(sample.Quality.StatusCode >> 24);
            BinaryPrimitives.WriteDoubleLittleEndian(to[21..], PlantData.Number(sample));
        }

        return _entry.AsSpan(0, samples.Length * RecordBytes);
    }
}
