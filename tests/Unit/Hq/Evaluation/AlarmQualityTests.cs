using System.Reflection;
using EdgeRuntime.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class AlarmQualityTests
{
    [Fact]
    public void F1_FAR_MAR_precision_and_episodes_are_those_computed_by_hand()
    {
        // TP 30, FP 10, FN 20, TN 140: F1 = 30/(30 + 15), FAR = 10/150, MAR = 20/50, precision = 30/40; 4 episodes in half an hour.
        AlarmQuality quality = AlarmQuality.Of([new AlarmTally(20, 10, 10, 40, 3, 0.2), new AlarmTally(10, 0, 10, 100, 1, 0.3)], TinyRecording.Bootstrap);
        (Estimate f1, Estimate far, Estimate mar, Estimate episodes) = quality;
        Assert.Equal(30 / 45.0, f1.Value!.Value, 12);
        Assert.Equal(10 / 150.0, far.Value!.Value, 12);
        Assert.Equal(20 / 50.0, mar.Value!.Value, 12);
        Assert.Equal(30 / 40.0, quality.Precision.Value!.Value, 12);
        Assert.Equal(4 / 0.5, episodes.Value!.Value, 12);
    }

    [Fact]
    public void Without_events_or_normal_time_it_says_n_a_and_never_NaN()
    {
        AlarmQuality onlyNormal = AlarmQuality.Of([TinyRecording.Tally("nnnn", "!...")], TinyRecording.Bootstrap);
        Assert.StartsWith("F1 n/a, FAR 25.0 % (interval unknown: 1 block), MAR n/a, 900.0 ", onlyNormal.ToString(), StringComparison.Ordinal);
        AlarmQuality onlyEvents = AlarmQuality.Of([TinyRecording.Tally("eeee", "!...")], TinyRecording.Bootstrap);
        Assert.Equal("F1 0.400 (interval unknown: 1 block), FAR n/a, MAR 75.0 % (interval unknown: 1 block), n/a false episodes per hour of normal", onlyEvents.ToString());
        AlarmQuality nothing = AlarmQuality.Of([TinyRecording.Tally("????", "!...")], TinyRecording.Bootstrap);
        Assert.Equal("F1 n/a, FAR n/a, MAR n/a, n/a false episodes per hour of normal", nothing.ToString());
        Assert.Null(nothing.Precision.Value);
        Assert.DoesNotContain("NaN", onlyNormal.ToString() + onlyEvents, StringComparison.Ordinal);
    }

    /// <summary>Two groups of equal blocks, so that draws differ only by how many of which there are.</summary>
    [Fact]
    public void A_difference_is_of_the_same_draws()
    {
        AlarmTally[] good = [.. Enumerable.Range(0, 8).Select(i => new AlarmTally(90 - i, 2, 10 + i, 98, 1, 1))];
        AlarmTally[] bad = [.. Enumerable.Range(0, 8).Select(i => new AlarmTally(80 - i, 12, 20 + i, 88, 2, 1))];
        AlarmDifference difference = AlarmQuality.Difference(good, bad, TinyRecording.Bootstrap);
        (Estimate f1, Estimate far, Estimate mar, Estimate episodes) = difference;
        Assert.True(difference.IsClearlyAbove);
        // 10 points of each, in every draw: the interval has no width.
        Assert.Equal((-0.1, -0.1, -0.1), (Math.Round(far.Value!.Value, 9), Math.Round(far.Low!.Value, 9), Math.Round(far.High!.Value, 9)));
        Assert.Equal((-0.1, -0.1), (Math.Round(mar.Low!.Value, 9), Math.Round(mar.High!.Value, 9)));
        Assert.Equal(-1, episodes.Value!.Value, 9);
        Assert.True(f1.Low > 0);
        Assert.False(AlarmQuality.Difference(good, good, TinyRecording.Bootstrap).IsClearlyAbove);
        Assert.False(AlarmQuality.Difference(bad, good, TinyRecording.Bootstrap).IsClearlyAbove);
        Assert.Null(AlarmQuality.Difference(good[..4], bad[..4], TinyRecording.Bootstrap).IsClearlyAbove);
    }

    [Fact]
    public void Alarming_more_is_not_clearly_above_however_good_its_F1()
    {
        AlarmTally[] always = [.. Enumerable.Repeat(new AlarmTally(60, 40, 0, 0, 1, 1), 8)];
        AlarmTally[] modest = [.. Enumerable.Repeat(new AlarmTally(30, 2, 30, 38, 1, 1), 8)];
        AlarmDifference difference = AlarmQuality.Difference(always, modest, TinyRecording.Bootstrap);
        (Estimate f1, _, _, _) = difference;
        Assert.True(f1.Low > 0);
        Assert.False(difference.IsClearlyAbove);
    }

    [Fact]
    public void Nothing_in_the_evaluation_gives_F1_without_FAR_MAR_and_episodes()
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        Type[] types = [.. typeof(AlarmQuality).Assembly.GetTypes().Where(t => t.Namespace is "EdgeRuntime.Hq.Evaluation" or "EdgeRuntime.Hq.Reports" && !t.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute), false))];
        IEnumerable<string> alone =
            from type in types
            from member in type.GetMembers(All)
            where member.Name.Contains("F1", StringComparison.OrdinalIgnoreCase) && !IsPrivate(member)
            select $"{type.Name}.{member.Name}";
        Assert.Empty(alone);
        // The one way out hands over all four.
        foreach (Type type in (Type[])[typeof(AlarmQuality), typeof(AlarmDifference)])
            Assert.Equal(4, type.GetMethod("Deconstruct", All)!.GetParameters().Length);
    }

    static bool IsPrivate(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPrivate,
        FieldInfo field => field.IsPrivate,
        PropertyInfo property => property.GetMethod?.IsPrivate != false,
        _ => false,
    };
}
