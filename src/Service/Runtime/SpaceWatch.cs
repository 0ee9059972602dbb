using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Service.Backup;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Looks once a second how much room there is, makes ballast and next segment again when there is some, and takes the box down and up the levels of
/// <see cref="SpaceLevel"/>. Every step is a fact. No start is needed to come back.
/// </summary>
sealed partial class SpaceWatch(JournalStore journal, IDisk disk, string data, RetentionPolicy policy, IntakeGate gate, TimeProvider time, ILogger<SpaceWatch> log)
{
    /// <summary>What mode changes and findings about room are about.</summary>
    public const string Subject = "journal";

    /// <summary>Less free than this part of the room, and people call the disk full.</summary>
    const int NearlyNothing = 50;

    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    string? _toldTrouble;
    int _toldMended;

    /// <summary>Where the box stands now.</summary>
    public SpaceLevel Level { get; private set; }

    /// <summary>What is given up and what to do; empty at <see cref="SpaceLevel.Normal"/>.</summary>
    public string Sentence { get; private set; } = "";

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            IReadOnlyList<Fact> said = Look();
            if (said.Count > 0)
                await journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(time), Origin = Origins.Service, Facts = said }).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
    }

    /// <summary>Measures once, and opens or closes the gate.</summary>
    /// <returns>What is to be stored about it: nothing while the level stays.</returns>
    public IReadOnlyList<Fact> Look()
    {
        JournalSpace space = journal.Refill();
        SpaceUse use = SpaceUse.Of(data, policy.ReserveBytes, disk, RestorePlan.SetAside, RestorePlan.Coming);
        SpaceLevel before = Level;
        SpaceLevel now = SpaceLadder.Next(before, use.Share, space, policy);
        (Level, Sentence) = (now, SentenceOf(now, space, use));
        if (now >= SpaceLevel.ReadOnly)
            gate.Close(Sentence);
        else
            gate.Open();
        List<Fact> said = now == before ? [] : Changed(before, now, use);
        if (journal.SealingTrouble is { } trouble && trouble != _toldTrouble)
            said.Add(new Finding(FindingLayer.Runtime, FindingPriority.High, Subject, "not-sealed", $"Full segments are not sealed any more, so they take more room: {trouble}"));
        _toldTrouble = journal.SealingTrouble;
        IReadOnlyList<DamagedFrame> mended = journal.Mended;
        said.AddRange(mended.Skip(_toldMended).Select(MendedRead));
        _toldMended = mended.Count;
        return said;
    }

    static Finding MendedRead(DamagedFrame damage) => new(
        FindingLayer.Runtime, FindingPriority.Medium, Subject, "mended-read",
        FormattableString.Invariant($"{damage.Segment} is damaged at byte {damage.Offset}: {damage.What}. The bytes were computed again and nothing is lost; stop the service, run 'edgeruntime repair', and have an eye on this disk."));

    List<Fact> Changed(SpaceLevel before, SpaceLevel now, SpaceUse use)
    {
        string why = Sentence.Length > 0 ? Sentence : FormattableString.Invariant($"There is room again: {Mebibytes(use.Free)} are free.");
        if (now > before)
            LogTighter(why);
        else
            LogWider(why);
        var said = new List<Fact> { new ModeChange(Subject, SpaceLadder.WordOf(before), SpaceLadder.WordOf(now), "service", why) };
        if (now > before)
            said.Add(new Finding(FindingLayer.Runtime, now >= SpaceLevel.ReadOnly ? FindingPriority.High : FindingPriority.Medium, Subject, $"space-{SpaceLadder.WordOf(now)}", why));
        return said;
    }

    string SentenceOf(SpaceLevel level, JournalSpace space, SpaceUse use)
    {
        string state = !space.NextReady || !space.ReserveReady || use.Free < use.Room / NearlyNothing
            ? FormattableString.Invariant($"The disk is full: {Mebibytes(use.Free)} are free in {data}.")
            : FormattableString.Invariant($"{100 * use.Share:0} % of the room for {data} is in use ({Mebibytes(use.Used)} of {Mebibytes(use.Room)}).");
        return level switch
        {
            SpaceLevel.Normal => "",
            SpaceLevel.Thinning => $"{state} Old raw samples are thinned. Free room on that disk, or raise retention.reserveBytes.",
            SpaceLevel.Deleting => $"{state} Old raw samples are deleted, oldest first. Free room on that disk, or raise retention.reserveBytes.",
            SpaceLevel.ReadOnly => $"{state} No telemetry is taken; brokers keep what they can. Labels and audit are stored. Free room on that disk.",
            _ => $"{state} The reserve is in use, for labels and audit only. Free room on that disk.",
        };
    }

    static string Mebibytes(long bytes) => FormattableString.Invariant($"{bytes / (1024.0 * 1024):0.0} MiB");

    [LoggerMessage(EventId = 7120, Level = LogLevel.Warning, Message = "{Sentence}")]
    partial void LogTighter(string sentence);

    [LoggerMessage(EventId = 7121, Level = LogLevel.Information, Message = "{Sentence}")]
    partial void LogWider(string sentence);
}
