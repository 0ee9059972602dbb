namespace EdgeRuntime.Hq.Training;

/// <summary>Tells a whole how far a part of it is.</summary>
/// <param name="from">Where the part begins in the whole, 0 to 1.</param>
/// <param name="share">How much of the whole it is.</param>
sealed class PartOfProgress(IProgress<double> whole, double from, double share) : IProgress<double>
{
    /// <summary>Null where nobody wants to know.</summary>
    internal static PartOfProgress? Of(IProgress<double>? whole, double from, double share) => whole is null ? null : new PartOfProgress(whole, from, share);

    public void Report(double value) => whole.Report(from + (share * value));
}
