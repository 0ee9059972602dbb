using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Tests.Kit.Disks;

/// <summary>An assembly's last test: whatever was opened of sealed files, and whatever call failed on the way, was disposed of.</summary>
public sealed class NoForgottenParquet : IDisposable
{
    public void Dispose()
    {
        if (OpenParquet.Names.ToArray() is { Length: > 0 } forgotten)
            throw new InvalidOperationException($"Nobody disposed of {forgotten.Length} Parquet files: {string.Join(", ", forgotten.Distinct().Take(5))}.");
    }
}
