using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal.Repair;

/// <summary>
/// Makes a damaged journal fit to be opened without dropping what follows the damage. No byte of a segment is changed: the damaged ones are copied to
/// quarantine, and a mark beside the segment names what is lost and how the chain goes on.
/// </summary>
public sealed class JournalRepair
{
    const string LockName = "LOCK";

    readonly string _folder;
    readonly string _quarantine;
    readonly IDisk _disk;
    readonly long _now;
    readonly List<RepairedLoss> _losses = [];
    readonly UnitCatalog _units;
    readonly long[] _logs;
    long _expected;
    byte[]? _lastHash;

    JournalRepair(string folder, string quarantine, IDisk disk, TimeProvider time)
    {
        (_folder, _quarantine, _disk) = (folder, quarantine, disk);
        _now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        IReadOnlyList<string> names = disk.List(folder);
        _units = UnitCatalog.Of(disk, folder, names);
        _logs = [.. SegmentName.NumbersIn(names).Where(number => number > _units.Last)];
    }

    /// <param name="signer">Signs units that are written anew without what is damaged; without one a damaged unit is refused.</param>
    /// <exception cref="IOException">Another process has the journal open, there is none, or the disk refuses.</exception>
    /// <exception cref="JournalCorruptException">A checkpoint is damaged: what it proved can come from a backup only.</exception>
    public static RepairReport Run(string folder, string quarantine, IDisk disk, TimeProvider time, ICheckpointSigner? signer = null)
    {
        var repair = new JournalRepair(folder, quarantine, disk, time);
        if (repair._logs.Length == 0)
            throw new IOException($"There is no journal in {folder}.");
        using (disk.Lock(Path.Combine(folder, LockName)))
        {
            repair._losses.AddRange(new UnitRepair(disk, folder, quarantine, signer, repair._now).Run(repair._units));
            (long first, repair._expected, repair._lastHash) = repair._units.HotStart();
            for (long number = first; number <= repair._logs[^1]; number++)
                repair.Repair(number);
            return new RepairReport(repair._losses, repair.Marks());
        }
    }

    void Repair(long number)
    {
        SegmentHoles? before = SegmentHoles.Of(_disk, _folder, number);
        if (!_logs.Contains(number))
        {
            RepairMissing(number, before);
            return;
        }

        List<Hole> holes = [.. before?.Holes ?? []];
        StatedHeader? stated = before?.Header;
        int known = holes.Count;
        SegmentFile segment = SegmentFile.Open(_disk, _folder, number);
        try
        {
            if (segment.Wrong is { } wrong)
            {
                stated = new StatedHeader(_expected, _lastHash ?? SegmentStartHash(segment), segment.Header.Check);
                holes.RemoveAll(h => h.Offset == 0);
                holes.Insert(0, Quarantined(segment, Boundary(segment, wrong), SegmentHeader.Bytes));
                // From here on as a reader will see it.
                Keep(number, stated, holes);
                segment.Dispose();
                segment = SegmentFile.Open(_disk, _folder, number);
            }
            else if (holes.All(h => h.Offset != 0) && Mismatch(segment) is { } mismatch)
            {
                holes.Insert(0, Boundary(segment, mismatch));
                Said(segment.Name, holes[0], 0, "");
            }

            WalkFrames(segment, holes);
            if (holes.Count > known)
                Keep(number, stated, holes);
        }
        finally
        {
            segment.Dispose();
        }
    }

    void RepairMissing(long number, SegmentHoles? before)
    {
        (long first, byte[] previous) = StartBehind(number);
        if (before is not { IsMissing: true })
        {
            var hole = new Hole(0, 0, _expected < first ? _expected : 0, _expected < first ? first - 1 : 0, first, 0, previous, "", "the segment file is missing");
            new SegmentHoles { Segment = number, IsMissing = true, Header = null, Holes = [hole], RepairedAt = _now }.Write(_disk, _folder);
            Said(SegmentName.Of(number), hole, 0, "");
        }

        (_expected, _lastHash) = (first, null);
    }

    /// <summary>Null where the segment goes on from the one before; else what is wrong, as the readers say it.</summary>
    string? Mismatch(SegmentFile segment)
    {
        if (segment.Header.FirstFrame != _expected)
            return $"the segment begins with frame {segment.Header.FirstFrame} and not {_expected}";
        return _lastHash is { } last && !segment.Header.PreviousHash.AsSpan().SequenceEqual(last)
            ? "its hash of the frame before is not the hash of that frame"
            : null;
    }

    Hole Boundary(SegmentFile segment, string what)
    {
        long first = segment.Wrong is null ? segment.Header.FirstFrame : _expected;
        bool loses = first > _expected;
        return new Hole(0, SegmentHeader.Bytes, loses ? _expected : 0, loses ? first - 1 : 0, first, 0, segment.Header.PreviousHash, "", what);
    }

    void WalkFrames(SegmentFile segment, List<Hole> holes)
    {
        bool isNewest = segment.Number == _logs[^1];
        FrameCursor cursor = segment.Cursor;
        while (true)
        {
            long at = cursor.Offset;
            long expected = cursor.Expected;
            FrameState state = cursor.Next();
            if (state is FrameState.Whole or FrameState.Hole)
                continue;
            if (state == FrameState.Nothing && segment.Window.IsZeroFrom(at))
                break;
            // What never became durable is no damage; the next start cuts it.
            if (isNewest && !Resync.LaterGroupExists(segment.Window, segment.Header.Check, at + FrameHeader.Alignment, cursor.GroupStart, expected - 1))
                break;
            Hole hole = StepOver(segment, state, at, expected);
            holes.Add(Quarantined(segment, hole, hole.Next - at));
        }

        holes.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        _expected = cursor.Expected;
        _lastHash = cursor.LastHash.ToArray();
    }

    Hole StepOver(SegmentFile segment, FrameState state, long at, long expected)
    {
        FrameCursor cursor = segment.Cursor;
        string what = state == FrameState.Damaged ? cursor.What : "it is zero although later bytes are not";
        bool knowsEnd = state == FrameState.Damaged && cursor.DamagedBytes > 0;
        long behind = at + (knowsEnd ? cursor.DamagedBytes : FrameHeader.Alignment);
        if (!Resync.TryFind(segment.Window, segment.Header.Check, behind, expected - 1, out long next, out FrameHeader header))
        {
            (long first, byte[] previous) = StartBehind(segment.Number);
            cursor.PlaceAt(segment.Length, first);
            cursor.StateLastHash(previous);
            return new Hole(at, segment.Length, expected < first ? expected : 0, expected < first ? first - 1 : 0, first, 0, previous, "", what);
        }

        long nextFrame = header.Kind == FrameKind.EndMark ? header.Frame + 1 : header.Frame;
        byte[] goesOn = knowsEnd && next == behind && ChainsTo(segment, cursor.Computed, next, header)
            ? cursor.Computed.ToArray()
            : segment.Window.At(next - FrameHeader.HashBytes, FrameHeader.HashBytes).ToArray();
        cursor.PlaceAt(next, nextFrame, header.GroupOffset);
        cursor.StateLastHash(goesOn);
        return new Hole(at, next, nextFrame > expected ? expected : 0, nextFrame > expected ? nextFrame - 1 : 0, nextFrame, header.GroupOffset, goesOn, "", what);
    }

    static bool ChainsTo(SegmentFile segment, ReadOnlySpan<byte> hash, long at, in FrameHeader header)
    {
        ReadOnlySpan<byte> frame = segment.Window.At(at, (int)header.FrameBytes);
        if (frame.Length < header.FrameBytes)
            return false;
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sum.AppendData(hash);
        sum.AppendData(frame[..^FrameHeader.HashBytes]);
        return sum.GetHashAndReset().AsSpan().SequenceEqual(frame[^FrameHeader.HashBytes..]);
    }

    /// <summary>With which frame the journal goes on behind a segment, and the hash that it says lies before that frame.</summary>
    (long FirstFrame, byte[] PreviousHash) StartBehind(long number)
    {
        foreach (long later in _logs.Where(n => n > number))
        {
            using SegmentFile segment = SegmentFile.Open(_disk, _folder, later);
            if (segment.Wrong is null)
                return (segment.Header.FirstFrame, segment.Header.PreviousHash);
            if (Resync.TryFind(segment.Window, segment.Header.Check, SegmentHeader.Bytes, 1, out _, out FrameHeader header))
                return (header.Kind == FrameKind.EndMark ? header.Frame + 1 : header.Frame, SegmentStartHash(segment));
        }

        return (_expected, _lastHash ?? new byte[FrameHeader.HashBytes]);
    }

    static byte[] SegmentStartHash(SegmentFile segment) =>
        segment.Window.At(SegmentHeader.Bytes - FrameHeader.HashBytes, FrameHeader.HashBytes).ToArray();

    /// <summary>Copies the damaged bytes, with a manifest that says where they lay.</summary>
    Hole Quarantined(SegmentFile segment, Hole hole, long count)
    {
        _disk.CreateFolder(_quarantine);
        string name = FormattableString.Invariant($"{segment.Number:D10}-{hole.Offset:D12}.bad");
        string path = Path.Combine(_quarantine, name);
        Remove(path);
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (IDiskFile file = _disk.Create(path, 0))
        {
            const int ChunkBytes = 1 << 20;
            for (long done = 0; done < count;)
            {
                ReadOnlySpan<byte> chunk = segment.Window.At(hole.Offset + done, (int)Math.Min(ChunkBytes, count - done));
                if (chunk.IsEmpty)
                    break;
                file.Write(done, chunk);
                sum.AppendData(chunk);
                done += chunk.Length;
            }

            file.Sync();
        }

        Hole named = hole with { Sha256 = Convert.ToHexStringLower(sum.GetHashAndReset()) };
        WriteManifest(segment, named, name, count);
        _disk.SyncFolder(_quarantine);
        Said(segment.Name, named, count, path);
        return named;
    }

    void WriteManifest(SegmentFile segment, Hole hole, string name, long count)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new
        {
            file = name,
            sha256 = hole.Sha256,
            bytes = count,
            from = segment.Name,
            offset = hole.Offset,
            what = hole.What,
            firstLost = hole.FirstLost,
            lastLost = hole.LastLost,
            repairedAt = _now,
        });
        string path = Path.Combine(_quarantine, name + ".json");
        Remove(path);
        using IDiskFile file = _disk.Create(path, 0);
        file.Write(0, [.. json, (byte)'\n']);
        file.Sync();
    }

    void Remove(string path)
    {
        if (_disk.List(_quarantine).Contains(Path.GetFileName(path)))
            _disk.Delete(path);
    }

    void Keep(long number, StatedHeader? header, List<Hole> holes) =>
        new SegmentHoles { Segment = number, IsMissing = false, Header = header, Holes = [.. holes], RepairedAt = _now }.Write(_disk, _folder);

    void Said(string segment, Hole hole, long bytes, string quarantined) =>
        _losses.Add(new RepairedLoss(segment, hole.Offset, bytes, hole.FirstLost, hole.LastLost, hole.What, quarantined));

    List<(string Name, Digest Identity, string Sentence)> Marks()
    {
        List<(string, Digest, string)> marks = [];
        foreach (string name in _disk.List(_folder).Where(SegmentHoles.IsHole))
        {
            if (SegmentHoles.Of(_disk, _folder, SegmentHoles.NumberOf(name)) is { } mark)
                marks.Add((name, mark.Identity, SentenceOf(mark)));
        }

        return marks;
    }

    static string SentenceOf(SegmentHoles mark)
    {
        var sentence = new StringBuilder($"Segment {SegmentName.Of(mark.Segment)} was repaired: ");
        sentence.AppendJoin("; ", mark.Holes.Select(h => FormattableString.Invariant($"at byte {h.Offset} {h.What}")
            + (h.LosesFrames ? FormattableString.Invariant($", frames {h.FirstLost} to {h.LastLost} are lost") : ", no batch is lost")));
        return sentence.Append(". What was acknowledged and stands in no backup is gone; everything else is readable.").ToString();
    }
}
