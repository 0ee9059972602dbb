using System.CommandLine;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Telemetry.Gaps;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime gaps</c>: what is missing and why, computed from the journal whether the service runs or not.</summary>
static class GapsVerb
{
    public static Command Command()
    {
        var tag = new Option<string?>("--tag") { Description = "Only this tag, and gaps of whole sources." };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Only gaps that ended at this moment (event time, ISO 8601 with zone) or later." };
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("gaps", "Every missing interval with its cause, and received = stored + refused, from the journal alone. Example: edgeruntime gaps --data ./data") { tag, since, settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            DataFolder folder = DataFolder.Open(parsed.GetValue(data), parsed.GetValue(settings)!, TimeProvider.System);
            string? only = parsed.GetValue(tag);
            DateTimeOffset? from = parsed.GetValue(since);
            GapLedger ledger = LedgerOf(folder);
            GapView view = ledger.Look();
            List<Gap> closed = [.. ClosedIn(folder, ledger, view).Where(g => (only is null || g.Tag.Length == 0 || g.Tag == only) && (from is null || g.To >= TimeOf(from.Value)))];
            OpenGap[] open = [.. view.Open.Where(g => only is null || g.Tag.Length == 0 || g.Tag == only)];
            if (parsed.GetValue(json))
                TellJson(view, open, closed);
            else
                Tell(folder, view, open, closed);
            return Task.FromResult(Exit.Ok);
        }));
        return command;
    }

    /// <summary>Begins behind the newest state that can be used, so that a long journal is not walked over.</summary>
    public static GapView ViewOf(DataFolder folder) => LedgerOf(folder).Look();

    static GapLedger LedgerOf(DataFolder folder)
    {
        FactBatch? InputAt(long frame) => folder.ReadFrom(frame).FirstOrDefault() is { Thinned: false } stored && stored.Frame == frame ? stored.Batch : null;
        GapLedger ledger = folder.GapStates.Begin(folder.ReadFrom, folder.LastFrame, folder.Archive.Tags, InputAt, Console.Error.WriteLine)
            ?? new GapLedger(folder.Archive.Tags, InputAt);
        foreach (StoredBatch stored in folder.ReadFrom(ledger.Frame + 1))
            ledger.Take(stored.Frame, stored.Batch, stored.SamplesTaken, stored.Left);
        return ledger;
    }

    /// <summary>Every closed gap. The ledger knows the newest; where there were more, all are looked up in the facts.</summary>
    static IEnumerable<Gap> ClosedIn(DataFolder folder, GapLedger ledger, GapView view)
    {
        if (view.Totals.Sum(t => t.Gaps) == view.Closed.Count)
            return view.Closed;
        IEnumerable<(long Frame, Gap Gap)> Of(string origin) => folder.ReadOrigin(origin)
            .Select(entry => entry.Batch)
            .OfType<StoredBatch>()
            .TakeWhile(stored => stored.Frame <= view.Frame)
            .SelectMany(stored => stored.Batch.Facts.OfType<Gap>(), (stored, gap) => (stored.Frame, gap));
        return Of(Origins.Gaps).Concat(Of(Origins.Service)).OrderBy(g => g.Frame).Select(g => g.Gap).Concat(ledger.Unwritten);
    }

    static void Tell(DataFolder folder, GapView view, OpenGap[] open, List<Gap> closed)
    {
        IntakeAccount account = view.Account;
        VerbOutput.Say($"{folder.Path} up to frame {view.Frame}: received {account.Received} = stored {account.Stored} + refused {account.RefusedTotal}{Refusals(account)}");
        foreach (Gap gap in closed)
            VerbOutput.Say($"  {gap.From} – {gap.To}  {NameOf(gap.Source, gap.Tag)}: {FloorWords.Of(gap.Cause)}{ValuesOf(gap.Values)}");
        foreach (OpenGap gap in open)
            VerbOutput.Say($"  {gap.From} – open  {NameOf(gap.Source, gap.Tag)}: {FloorWords.Of(gap.Cause)}{ValuesOf(gap.Values)}");
        VerbOutput.Say($"{closed.Count} gaps are over, {open.Length} are open.");
        if (view.Unwatched > 0)
            VerbOutput.Say($"{view.Unwatched} tags more than the ledger watches ({GapLedger.TagsMax}): of their silence nobody knows.");
    }

    static void TellJson(GapView view, OpenGap[] open, List<Gap> closed) => VerbOutput.SayJson(new
    {
        view.Frame,
        view.Account.Received,
        view.Account.Stored,
        view.Account.RefusedTotal,
        view.Account.Refused,
        Open = open.Select(g => new { g.Source, g.Tag, From = g.From.ToString(), Cause = FloorWords.Of(g.Cause), g.Values }),
        Closed = closed.Select(g => new { g.Source, g.Tag, From = g.From.ToString(), To = g.To.ToString(), Cause = FloorWords.Of(g.Cause), g.Values }),
        Totals = view.Totals.Select(t => new { t.Source, t.Tag, Cause = FloorWords.Of(t.Cause), t.Gaps, t.Values, Seconds = t.Nanoseconds / 1e9 }),
        view.Unwatched,
    });

    static string NameOf(string source, string tag) => tag.Length > 0 ? $"{tag} ({source})" : $"all of {source}";

    static string ValuesOf(long values) => values > 0 ? $", {values} values" : "";

    static string Refusals(IntakeAccount account) => account.Refused.Count == 0 ? "" : $" ({string.Join(", ", account.Refused.Select(r => $"{r.Key} {r.Value}"))})";

    /// <summary>Nanoseconds in 64 bits end in 2262; a later moment means the end.</summary>
    static EventTime TimeOf(DateTimeOffset moment) => new((long)Int128.Clamp((Int128)(moment - DateTimeOffset.UnixEpoch).Ticks * 100, long.MinValue, long.MaxValue));
}
