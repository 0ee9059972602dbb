namespace EdgeRuntime.Hq.Training;

/// <summary>How log odds become a probability.</summary>
enum CalibrationMethod
{
    /// <summary>A line through the log odds: two numbers, good from a few hundred held-out rows on.</summary>
    Platt,

    /// <summary>Any rising curve: follows what the rows show, needs a thousand of them or more.</summary>
    Isotonic,

    /// <summary>One number: too sure or not sure enough is put right, where 0.5 lies stays.</summary>
    Temperature,
}
