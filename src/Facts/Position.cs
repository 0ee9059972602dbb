using System.Globalization;

namespace EdgeRuntime.Facts;

/// <summary>
/// The place of a fact in the one total order of a box: the journal frame it lies in (from 1) and its index inside (from 0).
/// "Known then" means: at a lower or equal position. Written <c>frame.index</c>.
/// </summary>
public readonly record struct Position(long Frame, int Index) : IComparable<Position>
{
    /// <summary>Before everything.</summary>
    public static readonly Position Start = new(0, 0);

    public int CompareTo(Position other)
    {
        int byFrame = Frame.CompareTo(other.Frame);
        return byFrame != 0 ? byFrame : Index.CompareTo(other.Index);
    }

    public static bool operator <(Position left, Position right) => left.CompareTo(right) < 0;
    public static bool operator >(Position left, Position right) => left.CompareTo(right) > 0;
    public static bool operator <=(Position left, Position right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Position left, Position right) => left.CompareTo(right) >= 0;

    public static bool TryParse(string? text, out Position position)
    {
        position = default;
        string[] parts = text?.Split('.') ?? [];
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long frame)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            return false;
        position = new(frame, index);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Frame}.{Index}");
}
