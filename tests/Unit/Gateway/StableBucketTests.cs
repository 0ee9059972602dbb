using System.Text;
using EdgeRuntime.Gateway;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Gateway;

public class StableBucketTests
{
    // Verification values that are widely published for MurmurHash3 x86 32 with seed 0.
    [Theory]
    [InlineData("", 0u)]
    [InlineData("test", 0xBA6BD213u)]
    [InlineData("hello", 0x248BFA47u)]
    [InlineData("Hello, world!", 0xC0363E43u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x2E4FF723u)]
    public void The_hash_is_the_published_one(string text, uint hash) => Assert.Equal(hash, StableBucket.Hash(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(2500)]
    [InlineData(5000)]
    public void A_weight_takes_its_share_of_the_keys(int weight)
    {
        int taken = Enumerable.Range(0, 10_000).Count(i => StableBucket.Of("b7f1", $"P-{i:D5}") < weight);

        double spread = 4 * Math.Sqrt(weight * (1 - (weight / 10_000.0)));
        Assert.InRange(taken, weight - spread, weight + spread);
    }

    [Fact]
    public void Another_salt_is_another_deal()
    {
        bool[] one = [.. Enumerable.Range(0, 2000).Select(i => StableBucket.Of("b7f1", $"P-{i}") < 5000)];
        bool[] other = [.. Enumerable.Range(0, 2000).Select(i => StableBucket.Of("b7f2", $"P-{i}") < 5000)];

        Assert.InRange(one.Zip(other).Count(pair => pair.First == pair.Second), 900, 1100);
    }

    [Fact]
    public void A_key_of_any_alphabet_has_a_bucket() => Assert.InRange(StableBucket.Of("salt", "насос-7 ポンプ"), 0, StableBucket.Whole - 1);
}
