using System.Xml;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Features.Definition;

/// <summary>Durations of a pipeline document with their bounds, and as the nanoseconds that event time counts.</summary>
static class Durations
{
    /// <summary>For durations that must be longer than nothing.</summary>
    public static readonly TimeSpan Smallest = TimeSpan.FromTicks(1);

    public static TimeSpan? Optional(SettingsNode node, string key, TimeSpan min) =>
        node.OptionalDuration(key) is { } duration ? Bounded(node, key, duration, min) : null;

    /// <summary>A duration that must be there and be longer than nothing.</summary>
    public static TimeSpan Required(SettingsNode node, string key)
    {
        TimeSpan duration = node.Duration(key);
        return node.Has(key) ? Bounded(node, key, duration, Smallest) : Smallest;
    }

    public static long Nanoseconds(this TimeSpan duration) => duration.Ticks * 100;

    static TimeSpan Bounded(SettingsNode node, string key, TimeSpan duration, TimeSpan min)
    {
        if ((duration >= min && duration <= FeatureLimits.DurationMax) || IsNoDuration(node, key, duration))
            return duration;
        string least = min == Smallest ? "longer than PT0S" : $"at least {XmlConvert.ToString(min)}";
        node.Violate(key, $"is {XmlConvert.ToString(duration)}; it must be {least} and at most {XmlConvert.ToString(FeatureLimits.DurationMax)}.");
        return min;
    }

    /// <summary>What cannot be read as a duration is zero, and was reported when it was read; a zero that was written is not.</summary>
    static bool IsNoDuration(SettingsNode node, string key, TimeSpan duration) =>
        duration == TimeSpan.Zero && node.OptionalText(key) is { } text && !(text.StartsWith('P') && text.Contains('0') && text.AsSpan().IndexOfAnyInRange('1', '9') < 0);
}
