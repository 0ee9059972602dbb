using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Decisions.States;

/// <summary>
/// The engine's states on disk: <c>DATA/states/&lt;SHA-256&gt;</c>, and beside them <c>&lt;SHA-256&gt;.survey</c>. A file is written beside its name, flushed and
/// renamed, so a name stands for whole bytes; what comes out was checked against the name. A file counts only when a fact of the journal names it,
/// which is for its reader to look up (<see cref="EngineStart"/>). The drawing is in FORMAT.md of this room.
/// </summary>
/// <param name="build">Version and commit of this runtime; states of another one are passed over.</param>
public sealed class EngineStates(string folder, IDisk disk, string build)
{
    /// <summary>How many of the newest states are kept, whatever the segments say.</summary>
    public const int KeptMax = 3;

    const byte Layout = 1;
    const string Writing = ".new";
    const string SurveySuffix = ".survey";
    const int HexDigits = 64;

    // Build and numbers of any header fit in this.
    const int HeaderBytesMax = 1024;

    public string Build => build;

    /// <summary>Writes a state and what belongs to it, durably, and gives the fact that names it.</summary>
    /// <param name="engine">What <see cref="DecisionEngine.Save"/> wrote.</param>
    /// <param name="survey">What a start must know beside the engine; may be empty.</param>
    /// <exception cref="IOException">The disk refuses; what was there before is still there.</exception>
    public EngineState Write(long afterFrame, EventTime? newestMoment, ReadOnlySpan<byte> engine, ReadOnlySpan<byte> survey)
    {
        disk.CreateFolder(folder);
        Digest surveyDigest = survey.IsEmpty ? Digest.None : Digest.Of(survey);
        var bytes = new ArrayBufferWriter<byte>(engine.Length + HeaderBytesMax);
        var writer = new CanonicalWriter(bytes);
        writer.Byte(Layout);
        writer.Text(build);
        writer.Signed(afterFrame);
        writer.Optional64(newestMoment?.UnixNanoseconds);
        writer.Digest(surveyDigest);
        writer.Bytes(engine);
        var digest = Digest.Of(bytes.WrittenSpan);
        if (!surveyDigest.IsNone)
            Write(surveyDigest.Hex + SurveySuffix, survey);
        Write(digest.Hex, bytes.WrittenSpan);
        disk.SyncFolder(folder);
        return new EngineState(afterFrame, digest, bytes.WrittenCount, build);
    }

    /// <summary>The states of this build, newest first, as they say of themselves: nothing but the beginning was read.</summary>
    /// <param name="told">Is told each file that is passed over.</param>
    public IReadOnlyList<StateHeader> List(Action<StateTrouble>? told = null)
    {
        var headers = new List<StateHeader>();
        foreach (string name in disk.List(folder))
        {
            if (name.Length != HexDigits || !Digest.TryParse(name, out Digest digest))
                continue;
            try
            {
                StateHeader header = HeaderOf(digest);
                if (header.Build == build)
                    headers.Add(header);
                else
                    told?.Invoke(new StateTrouble(digest, $"The engine state {digest.Short} after frame {header.AfterFrame} was written by {header.Build} and is not used by {build}.", IsDamage: false));
            }
            catch (StateRefusedException e)
            {
                told?.Invoke(new StateTrouble(digest, e.Message, IsDamage: true));
            }
        }

        headers.Sort((a, b) => b.AfterFrame.CompareTo(a.AfterFrame) is var byFrame && byFrame != 0 ? byFrame : string.CompareOrdinal(a.Digest.Hex, b.Digest.Hex));
        return headers;
    }

    /// <summary>The engine's bytes, for <see cref="DecisionEngine.Restore"/>.</summary>
    /// <exception cref="StateRefusedException">The file is gone or is not what its name says.</exception>
    public byte[] Open(StateHeader header)
    {
        byte[] bytes = Read(header.Digest, header.Digest.Hex);
        try
        {
            var reader = new CanonicalReader(bytes);
            Read(ref reader, header.Digest);
            byte[] engine = reader.Bytes().ToArray();
            return reader.AtEnd ? engine : throw reader.Wrong("bytes follow the end of the state");
        }
        catch (FactFormatException e)
        {
            throw NotAState(header.Digest, e);
        }
    }

    /// <summary>What a start must know beside the engine.</summary>
    /// <exception cref="StateRefusedException">The file is gone or is not what its name says.</exception>
    public byte[] OpenSurvey(StateHeader header) => Read(header.Survey, header.Survey.Hex + SurveySuffix);

    /// <summary>
    /// Removes what no start and no replay needs: all but the newest three and, for each segment, the newest state before its first frame, so that a replay
    /// of that segment needs no raw data of the one before. Surveys go with all but the newest three, half-written files and states of other builds at once.
    /// </summary>
    /// <param name="segmentStarts">The first frame of each segment that can still be read.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Prune(IReadOnlyList<long> segmentStarts)
    {
        IReadOnlyList<StateHeader> states = List();
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (StateHeader newest in states.Take(KeptMax))
        {
            kept.Add(newest.Digest.Hex);
            kept.Add(newest.Survey.Hex + SurveySuffix);
        }

        foreach (long start in segmentStarts)
        {
            if (states.FirstOrDefault(s => s.AfterFrame < start) is { } before)
                kept.Add(before.Digest.Hex);
        }

        bool removed = false;
        foreach (string name in disk.List(folder).Where(name => !kept.Contains(name)))
        {
            disk.Delete(Path.Combine(folder, name));
            removed = true;
        }

        if (removed)
            disk.SyncFolder(folder);
    }

    void Write(string name, ReadOnlySpan<byte> bytes)
    {
        IReadOnlyList<string> there = disk.List(folder);
        if (there.Contains(name))
            return;
        string beside = Path.Combine(folder, name + Writing);
        if (there.Contains(name + Writing))
            disk.Delete(beside);
        using (IDiskFile file = disk.Create(beside, 0))
        {
            file.Write(0, bytes);
            file.Sync();
        }

        disk.Rename(beside, Path.Combine(folder, name));
    }

    StateHeader HeaderOf(Digest digest)
    {
        try
        {
            using IDiskFile file = disk.Open(Path.Combine(folder, digest.Hex), forWriting: false);
            byte[] head = new byte[(int)Math.Min(HeaderBytesMax, file.Length)];
            int read = file.Read(0, head);
            var reader = new CanonicalReader(head.AsSpan(0, read));
            return Read(ref reader, digest);
        }
        catch (IOException e)
        {
            throw new StateRefusedException($"The engine state {digest.Short} cannot be read and is not used: {e.Message}", e);
        }
        catch (FactFormatException e)
        {
            throw NotAState(digest, e);
        }
    }

    static StateHeader Read(ref CanonicalReader from, Digest digest)
    {
        byte layout = from.Byte();
        return layout == Layout
            ? new StateHeader(digest, from.Text(), from.Signed(), from.Optional64() is { } newest ? new EventTime(newest) : null, from.Digest())
            : throw from.Wrong($"state layout {layout} is not known to this version");
    }

    byte[] Read(Digest digest, string name)
    {
        try
        {
            using IDiskFile file = disk.Open(Path.Combine(folder, name), forWriting: false);
            byte[] bytes = new byte[file.Length];
            int read = file.Read(0, bytes);
            return read == bytes.Length && Digest.Of(bytes) == digest
                ? bytes
                : throw new StateRefusedException($"The engine state {name} is damaged: its bytes are not those that its name says. It is not used.");
        }
        catch (IOException e)
        {
            throw new StateRefusedException($"The engine state {name} cannot be read and is not used: {e.Message}", e);
        }
    }

    static StateRefusedException NotAState(Digest digest, FactFormatException e) =>
        new($"The engine state {digest.Short} is damaged or of another layout and is not used: {e.Message}", e);
}
