using EdgeRuntime.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Training;

public sealed class SymmetricEigenTests
{
    [Fact]
    public void A_two_by_two_matrix_has_the_values_that_a_pencil_gives()
    {
        SymmetricEigen eigen = SymmetricEigen.Of(new double[,] { { 2, 1 }, { 1, 2 } });
        Assert.Equal(3, eigen.Values[0], 1e-14);
        Assert.Equal(1, eigen.Values[1], 1e-14);
        Assert.Equal(Math.Sqrt(0.5), eigen.Vectors[0][0], 1e-14);
        Assert.Equal(Math.Sqrt(0.5), eigen.Vectors[0][1], 1e-14);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(40)]
    public void Vectors_are_orthonormal_and_rebuild_the_matrix(int size)
    {
        double[,] matrix = Random(seed: size, size);
        SymmetricEigen eigen = SymmetricEigen.Of(matrix);
        Assert.Equal(eigen.Values.OrderDescending(), eigen.Values);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                Assert.Equal(i == j ? 1 : 0, eigen.Vectors[i].Zip(eigen.Vectors[j], (a, b) => a * b).Sum(), 1e-12);
                Assert.Equal(matrix[i, j], Enumerable.Range(0, size).Sum(k => eigen.Values[k] * eigen.Vectors[k][i] * eigen.Vectors[k][j]), 1e-11);
            }
        }
    }

    [Fact]
    public void The_same_matrix_gives_the_same_bits()
    {
        double[,] matrix = Random(seed: 5, 12);
        Assert.Equal(Bits(SymmetricEigen.Of(matrix)), Bits(SymmetricEigen.Of(matrix)));
    }

    [Fact]
    public void Equal_values_keep_the_order_of_their_columns()
    {
        SymmetricEigen eigen = SymmetricEigen.Of(new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } });
        Assert.Equal([1, 0, 0], eigen.Vectors[0]);
        Assert.Equal([0, 0, 1], eigen.Vectors[2]);
    }

    [Fact]
    public void A_matrix_with_NaN_is_refused_and_does_not_spin() =>
        Assert.Throws<ArithmeticException>(() => SymmetricEigen.Of(new double[,] { { 1, double.NaN }, { double.NaN, 1 } }));

    static long[] Bits(SymmetricEigen eigen) => [.. eigen.Values.Concat(eigen.Vectors.SelectMany(v => v)).Select(BitConverter.DoubleToInt64Bits)];

    static double[,] Random(int seed, int size)
    {
        var random = new Random(seed);
        var matrix = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = i; j < size; j++)
                matrix[i, j] = matrix[j, i] = random.NextDouble() - 0.5;
        }

        return matrix;
    }
}
