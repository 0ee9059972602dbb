using EdgeRuntime.Decisions.States;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Replay;

/// <summary>Which decisions are computed again, and how far the journal must be read for them.</summary>
public sealed record ReplayScope
{
    /// <summary>Every decision in the journal.</summary>
    public static ReplayScope All { get; } = new();

    /// <summary>Which decisions are compared.</summary>
    public Func<Decision, bool> Selected { get; private init; } = _ => true;

    /// <summary>Which states lie before every selected decision.</summary>
    public Func<StateHeader, bool> Before { get; private init; } = _ => false;

    /// <summary>The last frame whose input is taken.</summary>
    public long UntilFrame { get; private init; } = long.MaxValue;

    /// <summary>Only those that <paramref name="selected"/> wants, from the first frame on.</summary>
    public static ReplayScope Where(Func<Decision, bool> selected) => new() { Selected = selected };

    /// <summary>Every decision about this moment or later.</summary>
    public static ReplayScope Since(EventTime moment) => new()
    {
        Selected = decision => decision.At >= moment,
        Before = state => state.NewestMoment is not { } newest || newest < moment,
    };

    /// <summary>One decision.</summary>
    public static ReplayScope One(Decision decision) => new()
    {
        Selected = d => d.PredictionId == decision.PredictionId,
        Before = state => state.AfterFrame < decision.Cause.Frame,
        UntilFrame = decision.Cause.Frame,
    };

    /// <summary>These decisions.</summary>
    public static ReplayScope These(IReadOnlyCollection<Decision> decisions)
    {
        HashSet<string> ids = [.. decisions.Select(d => d.PredictionId)];
        long first = decisions.Select(d => d.Cause.Frame).DefaultIfEmpty(1).Min();
        return new()
        {
            Selected = d => ids.Contains(d.PredictionId),
            Before = state => state.AfterFrame < first,
            UntilFrame = decisions.Select(d => d.Cause.Frame).DefaultIfEmpty(0).Max(),
        };
    }

    /// <summary>The same, computed from the first frame that can be read, whatever states there are.</summary>
    public ReplayScope FromRaw() => this with { Before = _ => false };
}
