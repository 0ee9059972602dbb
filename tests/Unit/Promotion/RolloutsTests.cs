using EdgeRuntime.Promotion.Evidence;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Promotion;

/// <summary>A thousand rollouts of candidates of which is known how good they are, with 5 to 500 labels each, judged after every label and every hour.</summary>
public class RolloutsTests
{
    const int Rollouts = 1000;
    const int Days = 30;
    const int VectorsPerHour = 20;
    const double Primary = 0.9;

    /// <summary>While nothing is proven the candidate answers for so much of the traffic.</summary>
    const double CanaryShare = 0.01;

    static readonly GateOptions s_options = new() { MinDuration = TimeSpan.FromDays(1), MinPredictions = 1000, LabelDelay = TimeSpan.FromDays(1), MaxDisagreement = 0.25 };
    static readonly (string Name, double Right)[] s_kinds = [("better", 0.98), ("as good", 0.9), ("slightly worse", 0.88), ("much worse", 0.55)];

    [Fact]
    public void Wrong_promotions_stay_below_the_error_rate_and_much_worse_candidates_stop_within_2_percent_of_the_exposure()
    {
        var ends = new Dictionary<string, List<End>>();
        for (int seed = 1; seed <= Rollouts; seed++)
        {
            (string name, double right) = s_kinds[seed % s_kinds.Length];
            if (!ends.TryGetValue(name, out List<End>? of))
                ends.Add(name, of = []);
            of.Add(Roll(new Random(seed), right));
        }

        foreach ((string name, _) in s_kinds)
        {
            List<End> of = ends[name];
            Figures.Say(FormattableString.Invariant(
                $"{name}: {of.Count} rollouts, {of.Count(e => e.Verdict == GateVerdict.GoOn)} promoted, {of.Count(e => e.Verdict == GateVerdict.Stop)} stopped, exposure at the end of a stop at most {of.Where(e => e.Verdict == GateVerdict.Stop).Select(e => e.Exposure).DefaultIfEmpty().Max() * 100:0.###} %"));
        }

        int wrong = s_kinds.Skip(1).Sum(kind => ends[kind.Name].Count(e => e.Verdict == GateVerdict.GoOn));
        int couldBeWrong = s_kinds.Skip(1).Sum(kind => ends[kind.Name].Count);
        Assert.InRange(wrong, 0, (int)(couldBeWrong * s_options.ErrorRate));
        Assert.All(ends["much worse"], end => Assert.True(end is { Verdict: GateVerdict.Stop, Exposure: <= 0.02 }, end.ToString()));
        Assert.True(ends["better"].Count(e => e.Verdict == GateVerdict.GoOn) > ends["better"].Count / 2, "most of the better ones go on");
    }

    // Both answer every input; labels come evenly over the days, a day late.
    static End Roll(Random random, double right)
    {
        var gate = new ComparisonGate(s_options);
        int labels = 5 + random.Next(496);
        var labelled = new PairCounts();
        long differ = 0, exposed = 0, vectors = 0, given = 0;
        for (int hour = 1; hour <= Days * 24; hour++)
        {
            for (int i = 0; i < VectorsPerHour; i++)
            {
                bool candidate = random.NextDouble() < right, primary = random.NextDouble() < Primary;
                vectors++;
                differ += candidate != primary ? 1 : 0;
                exposed += random.NextDouble() < CanaryShare ? 1 : 0;
                if (hour <= 24 || given >= labels || random.NextDouble() * (Days - 1) * 24 * VectorsPerHour > labels)
                    continue;
                given++;
                labelled = labelled.With(candidate, primary);
                if (Judge() is { } atOnce)
                    return atOnce;
            }

            if (Judge() is { } end)
                return end;
        }

        return new End(GateVerdict.NotYet, Exposure());

        End? Judge()
        {
            GateVerdict verdict = gate.Judge(new GateObservations(TimeSpan.FromHours(vectors / (double)VectorsPerHour), vectors, differ, labelled)).Verdict;
            return verdict == GateVerdict.NotYet ? null : new End(verdict, Exposure());
        }

        double Exposure() => exposed / (double)(Days * 24 * VectorsPerHour);
    }

    sealed record End(GateVerdict Verdict, double Exposure);
}
