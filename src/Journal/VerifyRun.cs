using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal;

/// <summary>One walk of <see cref="JournalVerifier"/>: the sealed units, then the hot segments.</summary>
sealed class VerifyRun
{
    const int FramesPerReport = 1000;

    readonly string _folder;
    readonly IDisk _disk;
    readonly IProgress<VerifyProgress>? _progress;
    readonly VerifyMark? _from;
    readonly Func<UnitVerifier> _newUnits;
    UnitVerifier _units;
    readonly UnitCatalog _catalog;
    readonly SegmentTail? _newest;
    readonly JournalTail _tail;
    readonly ArrayBufferWriter<byte> _encoded = new();

    /// <summary>What the next segment or unit must follow; null behind damage that leaves it unknown, and at the front.</summary>
    VerifyMark? _before;
    bool _damaged;
    int _unitCount;
    long _hotFrames;
    DamagedFrame? _first;
    long _damages;
    long _mendable;
    readonly List<DamagedFrame> _repaired = [];

    public VerifyRun(string folder, IDisk disk, IProgress<VerifyProgress>? progress, VerifyMark? from, Digest? boxKey, IReadOnlyList<Digest> formerKeys)
    {
        _folder = folder;
        _disk = disk;
        _progress = progress;
        _from = from;
        _newUnits = () => new UnitVerifier(disk, folder, boxKey, formerKeys);
        _units = _newUnits();
        IReadOnlyList<string> names = disk.List(folder);
        _catalog = UnitCatalog.Of(disk, folder, names);
        long[] hot = [.. SegmentName.NumbersIn(names).Where(number => number > _catalog.Last)];
        if (hot is [.., var newest])
        {
            _newest = SegmentTail.Of(disk, folder, newest);
            _tail = JournalTail.Found(_newest, newest, disk, folder);
        }
        else if (_catalog.Last > 0)
        {
            _tail = new JournalTail(_catalog.Last, 0, long.MaxValue);
        }
        else
        {
            throw new IOException($"There is no journal in {folder}.");
        }
    }

    public VerifyReport Run()
    {
        // Behind the end there is nothing to hold to the mark, and nothing would be proved.
        if (_from is { } mark && _newest is not null && mark.Segment >= _tail.Segment)
            throw new IOException($"An earlier proof came to the end of segment {mark.Segment}, and the journal in {_folder} ends in segment {_tail.Segment}: it is another journal, or was restored from a backup since. Prove it from the beginning, without that mark.");
        Begin();
        while (true)
        {
            try
            {
                WalkUnits();
                if (WalkHot() is { } report)
                    return report;
            }
            catch (FileNotFoundException) when (UnitsAreGone())
            {
                // Merged under this walk: what was counted of them lies in one unit now.
                Begin();
            }
        }
    }

    void Begin()
    {
        _units = _newUnits();
        _before = StartOf(_from);
        (_damaged, _unitCount, _hotFrames, _first, _damages) = (false, 0, 0, null, 0);
        _repaired.Clear();
        foreach (DamagedFrame mark in WrongMarks())
            Count([mark]);
    }

    bool UnitsAreGone()
    {
        IReadOnlyList<long> seen = _catalog.Numbers;
        _catalog.Refresh();
        return seen.Except(_catalog.Numbers).Any();
    }

    /// <summary>
    /// An earlier walk may have ended inside a unit that was merged since. The hash that it came to is not between two units any more, so the merged unit is proved
    /// whole and must follow what the signed checkpoint before it says.
    /// </summary>
    VerifyMark? StartOf(VerifyMark? from)
    {
        if (from is not { } mark)
            return null;
        try
        {
            Checkpoint? before = null;
            foreach (long number in _catalog.Numbers.TakeWhile(n => n <= mark.Segment).TakeLast(2))
            {
                Checkpoint unit = _catalog.Read(number);
                if (unit.Segment <= mark.Segment && unit.LastSegment > mark.Segment)
                    return before is null ? null : new VerifyMark(before.LastSegment, before.LastFrame, before.LastHash);
                before = unit;
            }
        }
        catch (JournalCorruptException)
        {
            // Told where it is met, if it lies behind the mark.
        }

        return from;
    }

    void WalkUnits()
    {
        foreach (long number in _catalog.Numbers)
        {
            if (_before is { } done && number <= done.Segment)
                continue;
            IReadOnlyList<DamagedFrame> damages = _units.Verify(number, _before, out VerifyMark? after);
            _unitCount++;
            Count(damages);
            _repaired.AddRange(_units.Lost);
            _units.Lost.Clear();
            _before = after;
            Report(after?.Frame ?? 0);
        }
    }

    /// <returns>Null when a segment was sealed under the walk: then there is a unit more to look at.</returns>
    VerifyReport? WalkHot()
    {
        long sealedLast = _catalog.Last;
        SegmentStart front = _before is { } known
            ? new SegmentStart(known.Segment + 1, known.Frame + 1, known.Hash.ToBytes())
            : sealedLast == 0 ? new SegmentStart(1, 1, Digest.None.ToBytes()) : AfterDamagedUnit();
        long[] numbers = [.. Enumerable.Range(0, (int)Math.Max(0, _tail.Segment - front.Segment + 1)).Select(i => front.Segment + i)];
        using var walk = new FrameWalk(_disk, _folder, front.Frame, numbers, front);
        long frames = 0;
        long damages = 0;
        DamagedFrame? first = null;
        long segment = front.Segment;
        while (walk.Next(_tail) is var step && step != Step.End)
        {
            DamagedFrame? damage = step == Step.Damage ? walk.Damage : Canonical(walk);
            if (damage is { IsRepaired: true })
            {
                _repaired.Add(damage);
                continue;
            }

            if (damage is not null && first is null && WasSealedMeanwhile(sealedLast))
            {
                if (_before is { } proved && proved.Segment >= front.Segment)
                    _hotFrames += proved.Frame - front.Frame + 1;
                return null;
            }

            if (damage is null)
                frames++;
            else
                damages++;
            first ??= damage;
            _damaged |= damage is not null;
            if (walk.Number != segment && !_damaged)
            {
                _before = new VerifyMark(walk.Number - 1, walk.LastBatch - 1, Digest.FromBytes(walk.PreviousHash));
                segment = walk.Number;
            }

            if (walk.LastBatch % FramesPerReport == 0)
                Report(walk.LastBatch);
        }

        if (_newest is null)
            first = new DamagedFrame(SegmentName.Of(sealedLast + 1), 0, 0, "the segment file is missing although a sealed unit stands before it");
        _damages += damages + (_newest is null ? 1 : 0);
        _first ??= first;
        return ReportOf(walk, _hotFrames + frames);
    }

    SegmentStart AfterDamagedUnit()
    {
        if (_newest is not null)
        {
            try
            {
                using SegmentFile hot = SegmentFile.Open(_disk, _folder, _catalog.Last + 1);
                if (hot.Wrong is null)
                    return new SegmentStart(hot.Number, hot.Header.FirstFrame, null);
            }
            catch (FileNotFoundException)
            {
                // Met again by the walk, which tells it.
            }
        }

        return new SegmentStart(_catalog.Last + 1, 1, null);
    }

    bool WasSealedMeanwhile(long sealedLast)
    {
        _catalog.Refresh();
        return _catalog.Last > sealedLast;
    }

    void Count(IReadOnlyList<DamagedFrame> damages)
    {
        _damages += damages.Count;
        _mendable += damages.Count(d => d.IsMendable);
        _damaged |= damages.Count > 0;
        if (damages.Count > 0)
            _first ??= damages[0];
    }

    void Report(long frame) => _progress?.Report(new VerifyProgress(frame, _tail.IsOpen ? frame : _tail.Frame, _damaged ? null : _before));

    DamagedFrame? Canonical(FrameWalk walk)
    {
        try
        {
            _encoded.ResetWrittenCount();
            FactCodec.Encode(walk.Decode().Batch, _encoded);
            return _encoded.WrittenSpan.SequenceEqual(walk.Body)
                ? null
                : new DamagedFrame(walk.Name, walk.Offset, walk.Header.Frame, "its bytes are not the canonical form of the batch in them");
        }
        catch (FactFormatException wrong)
        {
            return walk.NotCanonical(wrong);
        }
    }

    VerifyReport ReportOf(FrameWalk walk, long hotFrames)
    {
        long torn = _newest is null ? 0 : _newest.TornEnd - _newest.End;
        long frames = _units.Frames + hotFrames;
        int segments = walk.Segments + _unitCount;
        return new VerifyReport
        {
            Segments = segments,
            Units = _unitCount,
            Frames = frames,
            Bytes = walk.Bytes + _units.Bytes,
            LastHash = walk.LastHash is { Length: > 0 } last ? Digest.FromBytes(last) : _before?.Hash ?? Digest.None,
            CleanEnd = _newest?.Clean ?? false,
            TornBytes = torn,
            FirstDamage = _first,
            Damages = _damages,
            Mendable = _mendable,
            Repaired = _repaired,
            Sentence = Sentence(frames, segments, torn) + RepairSentence(),
        };
    }

    /// <summary>A repair mark that is not what was written names nothing; what it named shows as damage again.</summary>
    IEnumerable<DamagedFrame> WrongMarks()
    {
        foreach (string name in _disk.List(_folder).Where(SegmentHoles.IsHole))
        {
            if (SegmentHoles.TryRead(_disk, _folder, SegmentHoles.NumberOf(name), out _) is { } wrong)
                yield return new DamagedFrame(name, 0, 0, wrong);
        }
    }

    string RepairSentence()
    {
        if (_repaired.Count == 0)
            return "";
        long lost = _repaired.Count(r => r.Frame > 0);
        return $" Repairs have named {_repaired.Count} losses for good, {lost} frames are gone, the first in {_repaired[0].Segment} at byte {_repaired[0].Offset}: {_repaired[0].What}.";
    }

    string Sentence(long frames, int segments, long torn) =>
        _first is null
            ? $"The journal in {_folder} is {(_repaired.Count == 0 ? "whole" : "what was written, but for what repairs have named")}: {frames} frames in {segments} segments{(_unitCount == 0 ? "" : $" ({_unitCount} of them sealed)")}, "
              + (_newest!.Clean ? "stopped cleanly." : torn == 0 ? "not stopped cleanly or still open." : $"with {torn} bytes at the end that never became durable.")
            : $"The journal in {_folder} is damaged in {_damages} places, first in {(_first.Segment.EndsWith(".log", StringComparison.Ordinal) ? "segment" : "file")} {_first.Segment} at byte {_first.Offset}"
              + (_first.Frame == 0 ? "" : $" (frame {_first.Frame})") + $": {_first.What}. {frames} frames are whole; {WhatToDo(_first)}";

    string WhatToDo(DamagedFrame first) =>
        _mendable == _damages ? "nothing is lost: stop the service and run 'edgeruntime repair', which computes the damaged bytes again."
        : $"restore the {(first.Segment.EndsWith(".log", StringComparison.Ordinal) ? "segment" : "file")} from a backup.{(_mendable == 0 ? "" : $" {_mendable} of the places can be mended by 'edgeruntime repair'.")}";
}
