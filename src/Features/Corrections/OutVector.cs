using EdgeRuntime.Facts;
using EdgeRuntime.Features.Operators;

namespace EdgeRuntime.Features.Corrections;

/// <summary>A vector that is out, as far as it is needed to see whether late data would have made another one.</summary>
/// <param name="Cause">Of the vector that was out; corrections do not change it.</param>
/// <param name="Values">What is known of the moment now: as it was out, or as it was last corrected.</param>
/// <param name="Levels">What the steps with endless memory gave then.</param>
readonly record struct OutVector(long At, Position Cause, IReadOnlyList<float> Values, IReadOnlyList<FeatureGap> Gaps, FeatureValue[] Levels)
{
    public bool IsSame(float[] values, IReadOnlyList<FeatureGap> gaps)
    {
        if (gaps.Count != Gaps.Count)
            return false;
        for (int i = 0; i < gaps.Count; i++)
        {
            if (gaps[i] != Gaps[i])
                return false;
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (BitConverter.SingleToUInt32Bits(values[i]) != BitConverter.SingleToUInt32Bits(Values[i]))
                return false;
        }

        return true;
    }
}
