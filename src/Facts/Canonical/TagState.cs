namespace EdgeRuntime.Facts.Canonical;

/// <summary>What the values of one tag in one batch so far say about its next one. Writer and reader keep the same.</summary>
struct TagState
{
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

    /// <summary>A decimal that comes now is the tag's first, and written as one exactly where it has a decimal form.</summary>
    public readonly bool BeginsDecimal => Scale < 0 && Class is not (ValueClass.Raw or ValueClass.Single);

    /// <summary>Nothing is known of the tag.</summary>
    public void Forget()
    {
        (Class, BaseClass, Scale, Base) = (0, 0, -1, 0);
        // A reference costs more to write than to look at.
        if (Text is not null)
            Text = null;
    }

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
