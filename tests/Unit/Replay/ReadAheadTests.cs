using EdgeRuntime.Replay;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay;

public sealed class ReadAheadTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(10_000)]
    public void Everything_comes_once_and_in_order(int count) => Assert.Equal(Enumerable.Range(0, count), ReadAhead.Of(Enumerable.Range(0, count)));

    [Fact]
    public void What_the_sequence_throws_is_thrown_behind_what_it_gave()
    {
        var got = new List<int>();
        Assert.Equal("damaged", Assert.Throws<IOException>(() =>
        {
            foreach (int item in ReadAhead.Of(Failing()))
                got.Add(item);
        }).Message);
        Assert.Equal(Enumerable.Range(0, 100), got);

        static IEnumerable<int> Failing()
        {
            for (int i = 0; i < 100; i++)
                yield return i;
            throw new IOException("damaged");
        }
    }

    [Fact]
    public void Who_stops_in_the_middle_ends_the_reading_and_the_sequence_is_let_go_of()
    {
        bool ended = false;

        Assert.Equal([0, 1, 2], ReadAhead.Of(Endless()).Take(3));

        Assert.True(ended);

        IEnumerable<int> Endless()
        {
            try
            {
                for (int i = 0; ; i++)
                    yield return i;
            }
            finally
            {
                ended = true;
            }
        }
    }
}
