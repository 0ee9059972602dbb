using System.Buffers;
using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Gaps;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// The gap ledger's states on disk: <c>DATA/states/gaps/FRAME-SHA256.gaps</c>, each written beside its name, flushed and renamed. One is used only when its
/// bytes are those of its name and the journal still has the frame behind which it was saved, as it was then. It is of a layout, not of a build: once samples
/// are thinned the whole journal no longer tells what a state knows, so an update must not cost it. The drawing is in <c>src/Telemetry/FORMAT.md</c>.
/// </summary>
sealed class GapStates(string folder, IDisk disk)
{
    /// <summary>How many of the newest are kept.</summary>
    public const int KeptMax = 3;

    const byte Layout = 1;
    const string Writing = ".new";
    const string Suffix = ".gaps";
    const int FrameDigits = 20;
    const int HexDigits = 64;

    public static GapStates Of(string statesFolder) => new(Path.Combine(statesFolder, "gaps"), new RealDisk());

    /// <summary>Puts a ledger into the bytes of a file.</summary>
    /// <param name="after">The newest batch that is in it.</param>
    public static ArrayBufferWriter<byte> BytesOf(GapLedger ledger, StoredBatch after)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(bytes);
        writer.Byte(Layout);
        writer.Signed(after.Frame);
        writer.Digest(OutlineOf(after));
        writer.Bool(!after.Thinned);
        if (!after.Thinned)
            writer.Digest(WholeOf(after));
        ledger.Save(writer);
        return bytes;
    }

    /// <summary>Writes a state durably and removes all but the newest.</summary>
    /// <exception cref="IOException">The disk refuses; what was there before is still there.</exception>
    public void Write(long afterFrame, ReadOnlySpan<byte> bytes)
    {
        disk.CreateFolder(folder);
        string name = afterFrame.ToString(CultureInfo.InvariantCulture).PadLeft(FrameDigits, '0') + "-" + Digest.Of(bytes).Hex + Suffix;
        IReadOnlyList<string> there = disk.List(folder);
        if (!there.Contains(name))
        {
            string beside = Path.Combine(folder, name + Writing);
            if (there.Contains(name + Writing))
                disk.Delete(beside);
            using (IDiskFile file = disk.Create(beside, 0))
            {
                file.Write(0, bytes);
                file.Sync();
            }

            disk.Rename(beside, Path.Combine(folder, name));
            disk.SyncFolder(folder);
        }

        // What lies ahead of this frame is of a journal that was here before, and must not push out what is of this one.
        HashSet<string> kept = [.. Names().Where(n => string.CompareOrdinal(n, 0, name, 0, FrameDigits) <= 0).Take(KeptMax)];
        bool removed = false;
        foreach (string old in disk.List(folder).Where(n => !kept.Contains(n)))
        {
            disk.Delete(Path.Combine(folder, old));
            removed = true;
        }

        if (removed)
            disk.SyncFolder(folder);
    }

    /// <summary>The ledger of the newest state that is beyond doubt; null: there is none, and a ledger begins with the first frame.</summary>
    /// <param name="journal">All readable batches from a frame on.</param>
    /// <param name="last">The journal's newest frame.</param>
    /// <param name="told">Is told each state that is passed over, with a sentence.</param>
    /// <exception cref="JournalCorruptException">The frame of a state cannot be read.</exception>
    public GapLedger? Begin(
        Func<long, IEnumerable<StoredBatch>> journal, long last, Func<Digest, TagCatalogue?> tags, Func<long, FactBatch?> inputAt, Action<string> told)
    {
        foreach (string name in Names())
        {
            try
            {
                if (Open(name, journal, last, tags, inputAt) is { } ledger)
                    return ledger;
                told($"The state {name} of the gap ledger is of another journal, or of frames that this one does not have, and is not used.");
            }
            catch (Exception e) when (e is FactFormatException or ArgumentException)
            {
                told($"The state {name} of the gap ledger is damaged or of another layout and is not used: {e.Message}");
            }
            catch (IOException e)
            {
                told($"The state {name} of the gap ledger cannot be read and is not used: {e.Message}");
            }
        }

        return null;
    }

    /// <summary>Newest first.</summary>
    IEnumerable<string> Names() => disk.List(folder)
        .Where(name => name.Length == FrameDigits + 1 + HexDigits + Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal))
        .OrderDescending(StringComparer.Ordinal);

    /// <summary>Null: it is not of this journal.</summary>
    GapLedger? Open(string name, Func<long, IEnumerable<StoredBatch>> journal, long last, Func<Digest, TagCatalogue?> tags, Func<long, FactBatch?> inputAt)
    {
        byte[] bytes = Read(name);
        var reader = new CanonicalReader(bytes);
        if (!name.AsSpan(FrameDigits + 1, HexDigits).SequenceEqual(Digest.Of(bytes).Hex))
            throw reader.Wrong("its bytes are not those that its name says");
        byte layout = reader.Byte();
        if (layout != Layout)
            throw reader.Wrong($"state layout {layout} is not known to this version");
        long frame = reader.Signed();
        Digest outline = reader.Digest();
        Digest? whole = reader.Bool() ? reader.Digest() : null;
        if (frame > last || journal(frame).FirstOrDefault() is not { } stored || stored.Frame != frame || OutlineOf(stored) != outline)
            return null;
        // Thinned since: the outline is what is left to compare.
        if (whole is { } expected && !stored.Thinned && WholeOf(stored) != expected)
            return null;
        var ledger = GapLedger.Restore(ref reader, tags, inputAt);
        if (!reader.AtEnd)
            throw reader.Wrong("bytes follow the end of the state");
        return ledger.Frame == frame ? ledger : throw reader.Wrong($"its ledger ends with frame {ledger.Frame}");
    }

    byte[] Read(string name)
    {
        using IDiskFile file = disk.Open(Path.Combine(folder, name), forWriting: false);
        byte[] bytes = new byte[file.Length];
        int read = file.Read(0, bytes);
        return bytes[..read];
    }

    /// <summary>What retention never changes: when it came, from where, its facts, and how many samples it had.</summary>
    static Digest OutlineOf(StoredBatch stored)
    {
        var bytes = new ArrayBufferWriter<byte>();
        new CanonicalWriter(bytes).Count(stored.Batch.Samples.Count + stored.SamplesTaken);
        FactCodec.Encode(stored.Batch with { Samples = [] }, bytes);
        return Digest.Of(bytes.WrittenSpan);
    }

    static Digest WholeOf(StoredBatch stored)
    {
        var bytes = new ArrayBufferWriter<byte>();
        FactCodec.Encode(stored.Batch, bytes);
        return Digest.Of(bytes.WrittenSpan);
    }
}
