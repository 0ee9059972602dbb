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

        // Memory for a whole round, so that it never spins for a free page, which would count against it.
        _log = new FasterLog(new FasterLogSettings
        {
            LogDevice = _device,
            LogCommitDir = own,
            LogChecksum = LogChecksumType.PerEntry,
            MemorySizeBits = 26,
        });
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

        _log.CommitAsync().AsTask().GetAwaiter().GetResult();
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
        int tag = PlantData.TagId(number, 0);
        for (int i = 0; i < samples.Length; i++, to = to[RecordBytes..])
        {
            ref readonly Sample sample = ref samples[i];
            BinaryPrimitives.WriteInt32LittleEndian(to, tag);
            tag = tag + 1 == PlantData.Tags ? 0 : tag + 1;
            BinaryPrimitives.WriteInt64LittleEndian(to[4..], sample.Event.UnixNanoseconds);
            BinaryPrimitives.WriteInt64LittleEndian(to[12..], sample.Ingest.UnixNanoseconds);
            to[20] = (byte)(sample.Quality.StatusCode >> 24);
            BinaryPrimitives.WriteDoubleLittleEndian(to[21..], BitConverter.Int64BitsToDouble(sample.Value.Bits));
        }

        return _entry.AsSpan(0, samples.Length * RecordBytes);
    }
}
