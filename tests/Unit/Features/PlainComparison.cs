using EdgeRuntime.Facts;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Features;

static class PlainComparison
{
    /// <summary>Same moments, same bits; NaN exactly where the vector says that there is a gap.</summary>
    public static void AssertSame(IReadOnlyList<PlainVector> expected, IReadOnlyList<FeatureVector> vectors, IReadOnlyList<string> names, string hint = "")
    {
        for (int i = 0; i < Math.Min(expected.Count, vectors.Count); i++)
        {
            FeatureVector vector = vectors[i];
            Assert.True(expected[i].At == vector.At.UnixNanoseconds, $"vector {i} is at {vector.At}, not {new EventTime(expected[i].At)} {hint}");
            Assert.True(expected[i].InputAge == vector.InputAge, $"vector {i} at {vector.At} says input age {vector.InputAge}, not {expected[i].InputAge} {hint}");
            for (int f = 0; f < names.Count; f++)
            {
                bool same = BitConverter.SingleToUInt32Bits(expected[i].Values[f]) == BitConverter.SingleToUInt32Bits(vector.Values[f]);
                Assert.True(same, $"{names[f]} at {vector.At} is {vector.Values[f]:R}, plain code says {expected[i].Values[f]:R} {hint}");
                Assert.Equal(float.IsNaN(vector.Values[f]), vector.Gaps.Any(g => g.Index == f));
            }
        }

        Assert.True(expected.Count == vectors.Count, $"{vectors.Count} vectors, plain code says {expected.Count} {hint}");
    }
}
