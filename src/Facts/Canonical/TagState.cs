namespace EdgeRuntime.Facts.Canonical;

/// <summary>What the values of one tag in one batch so far say about its next one. Writer and reader keep the same.</summary>
struct TagState
{
    /// <summary>Of a tag of which nothing is known.</summary>
    public static readonly TagState Fresh = new() { Scale = -1 };

    /// <summary>The class of the newest value, and the one that is expected next.</summary>
    public byte Class;

    /// <summary>The class that <see cref="Base"/> belongs to.</summary>
    public byte BaseClass;

    /// <summary>The newest decimal scale; -1 before the first.</summary>
    public sbyte Scale;

    /// <summary>The newest number, from which the next is a difference.</summary>
    public long Base;

    /// <summary>The newest text.</summary>
    public string? Text;

    public readonly long BaseOf(int ofClass) => ofClass == BaseClass ? Base : 0;

    /// <summary>A number of any class but <see cref="ValueClass.Special"/> came.</summary>
    public void Take(int ofClass, long number)
    {
        Class = (byte)ofClass;
        BaseClass = (byte)ofClass;
        Base = number;
        if (ofClass >= ValueClass.Decimal)
            Scale = (sbyte)(ofClass - ValueClass.Decimal);
    }
}
