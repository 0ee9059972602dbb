using EdgeRuntime.Journal.Sealed.Pages;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal.AsOf;

public sealed class DeltaBlocksTests
{
    [Fact]
    public void Numbers_of_every_width_and_count_come_back_from_any_row()
    {
        var random = new Random(5);
        long[] scratch = new long[DeltaBlocks.BlockValuesMax];
        for (int width = 0; width <= 64; width++)
        {
            foreach (int count in (int[])[1, 2, 33, 128, 129, 130, 257, 700 + width])
            {
                long[] values = new long[count];
                for (int i = 1; i < count; i++)
                    values[i] = unchecked(values[i - 1] + (width == 0 ? 3 : random.NextInt64(long.MinValue, long.MaxValue) >>> (64 - width)));
                DeltaBlocks blocks = DeltaPack.Of(values);
                blocks.Check();
                int from = random.Next(count);
                long[] back = new long[count - from];
                blocks.Decode(from, back, scratch);
                Assert.Equal(values[from..], back);
                blocks = DeltaPack.Of(values);
                Assert.Equal(values[count - 1], Last(blocks, scratch));
                blocks = DeltaPack.Of(values);
                for (int i = 0; i < count; i += 1 + random.Next(9))
                    Assert.Equal(values[i], blocks.At(i));
            }
        }
    }

    static long Last(DeltaBlocks blocks, long[] scratch) => scratch[blocks.Decode(blocks.Blocks - 1, scratch) - 1];
}
