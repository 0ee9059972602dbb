namespace EdgeRuntime.Facts;

/// <summary>Bytes that are not the canonical form of a fact, with the offset at which that showed.</summary>
public sealed class FactFormatException(int offset, string what) : Exception($"Not a fact at byte {offset}: {what}.")
{
    public int Offset { get; } = offset;
}
