namespace EdgeRuntime.Facts.Canonical;

/// <summary>How many samples of a batch have a server time. The numbers are in the canonical bytes.</summary>
static class Presence
{
    public const byte None = 0;
    public const byte All = 1;

    /// <summary>A column says which.</summary>
    public const byte Some = 2;
}
