namespace EdgeRuntime.Features.Corrections;

/// <summary>The moments that the late samples of one batch can have changed.</summary>
struct LateRange
{
    long _from;
    long _until;

    public bool IsEmpty { get; private set; } = true;

    public LateRange()
    {
    }

    /// <summary>First moment that may be another.</summary>
    public readonly long From => _from;

    /// <summary>Last moment that may be another.</summary>
    public readonly long Until => _until;

    public void Add(long from, long until)
    {
        (_from, _until) = IsEmpty ? (from, until) : (Math.Min(_from, from), Math.Max(_until, until));
        IsEmpty = false;
    }
}
