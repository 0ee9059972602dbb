using EdgeRuntime.Facts;
using EdgeRuntime.Features.Definition;
using EdgeRuntime.Features.Windows;

namespace EdgeRuntime.Features.Operators;

/// <summary>The mean square of what swings between two frequencies. Samples that do not stand evenly in time have no spectrum: that is said, not resampled.</summary>
sealed class BandEnergyStep(FeatureDefinition feature, WindowView window, Spectrum spectrum) : FeatureStep
{
    public override FeatureValue At(long moment, ReadOnlySpan<FeatureValue> done)
    {
        window.MoveTo(moment);
        int skipped = Math.Max(0, window.Values.Length - FeatureLimits.SpectrumSamplesMax);
        ReadOnlySpan<double> values = window.Values[skipped..];
        ReadOnlySpan<long> times = window.Times[skipped..];
        if (values.IsEmpty)
            return FeatureValue.Missing(window.Refused == 0 ? FeatureFault.NoSamples : FeatureFault.Rejected);
        if (values.Length < FeatureLimits.SpectrumSamplesMin)
            return FeatureValue.Missing(FeatureFault.NotFinite);
        double rate = feature.SampleRate ?? (values.Length - 1) / ((times[^1] - times[0]) / 1e9);
        return IsEven(times, 1 / rate) ? FeatureValue.Of(Energy(values, rate)) : FeatureValue.Missing(FeatureFault.Uneven);
    }

    /// <summary>No step is off by more than half a step: none is missing, none came twice.</summary>
    static bool IsEven(ReadOnlySpan<long> times, double step)
    {
        for (int i = 1; i < times.Length; i++)
        {
            double seconds = (times[i] - times[i - 1]) / 1e9;
            if (Math.Abs(seconds - step) > step / 2)
                return false;
        }

        return true;
    }

    /// <summary>NaN when no place of the spectrum lies in the band.</summary>
    double Energy(ReadOnlySpan<double> values, double rate)
    {
        spectrum.Transform(values);
        int length = spectrum.Length;
        double sum = 0;
        bool any = false;
        for (int k = 0; k <= length / 2; k++)
        {
            double frequency = k * rate / length;
            if (frequency < feature.Band.Low || frequency > feature.Band.High)
                continue;
            any = true;
            // A place inside stands for its mirror image too.
            sum += k == 0 || k == length / 2 ? spectrum.Power(k) : 2 * spectrum.Power(k);
        }

        return any ? sum / ((double)length * values.Length) : double.NaN;
    }
}
