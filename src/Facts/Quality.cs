namespace EdgeRuntime.Facts;

/// <summary>The raw 32-bit OPC UA StatusCode of a value, kept as it came (OPC UA Part 4, 7.39). Sources without one say <see cref="Good"/>.</summary>
public readonly record struct Quality(uint StatusCode)
{
    public static readonly Quality Good = new(0x0000_0000);
    public static readonly Quality Uncertain = new(0x4000_0000);
    public static readonly Quality Bad = new(0x8000_0000);

    // The two top bits are the severity: 00 good, 01 uncertain, 10 bad.
    public bool IsGood => StatusCode >> 30 == 0;
    public bool IsUncertain => StatusCode >> 30 == 1;
    public bool IsBad => StatusCode >> 30 >= 2;

    public override string ToString() => IsGood ? "Good" : IsUncertain ? "Uncertain" : "Bad";
}
