using EdgeRuntime.Facts;
using EdgeRuntime.Features.Operators;
using EdgeRuntime.Features.Validation;
using EdgeRuntime.Features.Windows;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Features;

/// <summary>
/// What a vector would have been had every sample come in the order of its event time: <i>true then</i>, with everything learned since. The formulas and rules are
/// those of <see cref="FeaturePipeline"/>; only the order is another, so rules that look back (rate, stuck) and ewma go by event time. Rules about clocks have
/// nothing to say here: in this order no clock jumps. A sample that was refused for its clock takes part at the time it claims, unless the caller leaves it out.
/// </summary>
public static class TrueThen
{
    /// <summary>Samples between two looks at what no window needs any more.</summary>
    const int Stride = 4096;

    /// <param name="samples">
    /// In ascending event time, of two with the same time the later arrival last; tags that are no input are skipped, times after <paramref name="at"/> end the
    /// reading. Everything begins with the first of them: an ewma starts at the first taken sample that is given, and a held value, the input age and rate look back as
    /// far as samples are given. So the vector is that of a pipeline that began there; with all samples of the asset it is the one vector of the moment.
    /// </param>
    /// <param name="at">Any moment, on the pipeline's grid or not.</param>
    /// <param name="known">The position up to which samples were taken: what the vector says as its cause.</param>
    /// <exception cref="ArgumentException">The samples are not in the order of their times, or two signals are the same tag.</exception>
    public static FeatureVector Vector(FeaturePipelineDefinition definition, AssetDefinition asset, IEnumerable<Sample> samples, EventTime at, Position known)
    {
        var signalOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < definition.Inputs.Count; i++)
            signalOf.Add(asset.TagOf(definition.Inputs[i].Signal), i);
        SignalHistory[] histories = [.. definition.Inputs.Select(input => new SignalHistory(FeatureProgram.Reach(definition, input.Signal)))];
        SignalCheck[] checks = [.. definition.Inputs.Select(input => new SignalCheck(input))];
        var program = new FeatureProgram(definition, histories);
        long moment = at.UnixNanoseconds;
        long before = long.MinValue;
        int index = 0, sinceClosed = 0;
        foreach (Sample sample in samples)
        {
            long time = sample.Event.UnixNanoseconds;
            if (time > moment)
                break;
            if (time < before)
                throw new ArgumentException($"A sample at {sample.Event} comes after one at {new EventTime(before)}; samples are given in the order of their event times.", nameof(samples));
            if (!signalOf.TryGetValue(sample.Tag, out int signal) || time is > FeatureLimits.EventNanosecondsMax or < -FeatureLimits.EventNanosecondsMax)
                continue;
            // Closed before the sample and not at it: another of the same time may follow.
            if (sinceClosed++ >= Stride && time > before)
            {
                program.Advance(before);
                foreach (SignalHistory history in histories)
                    history.Close(before);
                sinceClosed = 0;
            }

            before = time;
            bool taken = checks[signal].Takes(sample, out double number, out _);
            histories[signal].Add(new HeldSample(time, number, taken, 0, index++));
        }

        float[] values = program.At(moment, out IReadOnlyList<FeatureGap> gaps);
        return new FeatureVector
        {
            Asset = asset.Id,
            At = at,
            Cause = known,
            Pipeline = definition.Identity,
            Values = values,
            Gaps = gaps,
            InputAge = program.InputAge,
        };
    }
}
