using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Inference;
using EdgeRuntime.Inference.Determinism;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Inference.Determinism;

public sealed class QualificationRunTests
{
    static readonly Digest Seed = Digest.Of("release"u8);

    [Fact]
    public void A_dense_model_repeats_every_bit_in_sessions_orders_and_batches()
    {
        long began = TimeProvider.System.GetTimestamp();
        QualificationResult found = QualificationRun.Qualify(TinyOnnx.Perceptron(7, 8, 32, 1), Contracts.Score(8), new SessionProfile(), null, Seed, TimeProvider.System);

        Figures.Say(FormattableString.Invariant($"qualification of a small dense model: {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms, {found.Runs} runs over {found.Vectors} vectors"));
        Assert.Equal((DeterminismClass.A, 0.0, 0.0), (found.Class, found.LargestDifference, found.Tolerance));
        Assert.True(found.Runs >= 2);
        Assert.EndsWith("gave the same bits.", found.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void One_golden_bit_that_is_another_here_makes_it_class_b()
    {
        string golden = FormattableString.Invariant($"in:a,in:b,out:score\n0,0,0\n1,2,{MathF.BitIncrement(5):R}\n");

        QualificationResult found = QualificationRun.Qualify(
            TinyOnnx.Linear([1, 2], 0), Contracts.Score(2), new SessionProfile(), Encoding.UTF8.GetBytes(golden), Seed, TimeProvider.System);

        Assert.Equal(DeterminismClass.B, found.Class);
        Assert.Equal(4 * found.LargestDifference, found.Tolerance);
        Assert.InRange(found.LargestDifference, 9e-8, 1e-7);
    }

    [Fact]
    public void Golden_rows_with_extremes_do_not_cost_a_model_its_class()
    {
        const string golden = "in:a,in:b,out:score\n3.4028235E+38,0,3.4028235E+38\n-3.4028235E+38,0,-3.4028235E+38\n1,2,5\n";

        QualificationResult found = QualificationRun.Qualify(
            TinyOnnx.Linear([1, 2], 0), Contracts.Score(2), new SessionProfile(), Encoding.UTF8.GetBytes(golden), Seed, TimeProvider.System);

        Assert.Equal(DeterminismClass.A, found.Class);
    }

    [Fact]
    public void The_same_release_is_always_asked_the_same()
    {
        var asked = new List<float[]>[] { [], [] };
        foreach (List<float[]> questions in asked)
            Qualify((_, vector) =>
            {
                questions.Add(vector);
                return 1;
            });

        Assert.Equal(asked[0], asked[1]);
        Assert.All(asked[0].SelectMany(v => v), x => Assert.InRange(x, -1, 1));
        Assert.NotEqual(asked[0][0], asked[0][1]);
    }

    [Theory]
    [InlineData(0f, DeterminismClass.A)]
    [InlineData(1e-6f, DeterminismClass.B)]
    [InlineData(1e-2f, DeterminismClass.C)]
    [InlineData(float.NaN, DeterminismClass.C)]
    public void What_one_session_answers_otherwise_decides_the_class(float more, DeterminismClass expected)
    {
        QualificationResult found = Qualify((session, _) => session == 2 ? 0.5f + more : 0.5f);

        Assert.Equal(expected, found.Class);
        Assert.Equal(expected == DeterminismClass.B, found.Tolerance > 0);
    }

    [Fact]
    public void A_batch_that_answers_otherwise_than_one_by_one_is_seen()
    {
        QualificationResult found = Qualify((_, _) => 1, inBatches: 1.00001f);

        Assert.Equal(DeterminismClass.B, found.Class);
    }

    [Fact]
    public void A_slow_model_is_asked_less_often_and_still_in_two_sessions()
    {
        var clock = new StillClock();
        QualificationResult found = Qualify(
            (_, _) =>
            {
                clock.Now += TimeSpan.FromMilliseconds(100);
                return 1;
            },
            clock: clock);

        Assert.Equal((DeterminismClass.A, 8, 2), (found.Class, found.Vectors, found.Runs));
    }

    [Fact]
    public void A_question_that_once_is_answered_and_once_is_not_is_class_c()
    {
        int asked = 0;
        QualificationResult found = Qualify((_, _) => ++asked == 300 ? null : 1);

        Assert.Equal((DeterminismClass.C, double.PositiveInfinity), (found.Class, found.LargestDifference));
    }

    /// <summary>Answers as it is told; the first number is that of its session.</summary>
    sealed class PretendProbe(int session, Func<int, float[], float?> answer, float? inBatches) : IProbe
    {
        public int AnswerLength => 1;

        public bool TakesBatches => inBatches is not null;

        public bool TryAsk(ReadOnlySpan<float> questions, int count, Span<float> answers, TimeSpan limit)
        {
            int features = questions.Length / count;
            for (int i = 0; i < count; i++)
            {
                if ((count > 1 ? inBatches : answer(session, questions.Slice(i * features, features).ToArray())) is not { } said)
                    return false;
                answers[i] = said;
            }

            return true;
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }

    static QualificationResult Qualify(Func<int, float[], float?> answer, float? inBatches = null, StillClock? clock = null)
    {
        int sessions = 0;
        return QualificationRun.Qualify(() => new PretendProbe(++sessions, answer, inBatches), 3, null, Seed, clock ?? new StillClock());
    }
}
