namespace EdgeRuntime.Features.Definition;

/// <summary>One line of <c>features</c>. Which of the parameters are set depends on <see cref="Operator"/>.</summary>
sealed record FeatureDefinition
{
    public required string Name { get; init; }
    public required FeatureOperator Operator { get; init; }

    /// <summary>The signal of a base operator, or the features of a derived one, in the order of the formula.</summary>
    public required IReadOnlyList<string> Of { get; init; }

    public TimeSpan Window { get; init; }
    public TimeSpan Lag { get; init; }
    public TimeSpan TimeConstant { get; init; }
    public double Mean { get; init; }
    public double Std { get; init; }

    /// <summary>Of a band energy, in Hz, both ends inside.</summary>
    public (double Low, double High) Band { get; init; }

    /// <summary>Of a band energy, in Hz; null: as the samples of each window say.</summary>
    public double? SampleRate { get; init; }

    /// <summary>Of a time in a state: the values that are the state, both ends inside.</summary>
    public (double Low, double High) State { get; init; }

    /// <summary>Of a residual: one per feature after the first.</summary>
    public IReadOnlyList<double> Coefficients { get; init; } = [];

    /// <summary>Of a residual.</summary>
    public double Intercept { get; init; }

    public required string Unit { get; init; }
}
