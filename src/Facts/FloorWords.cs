namespace EdgeRuntime.Facts;

/// <summary>One word for one thing: rungs, states, roles and causes as they are written in records, messages, the API and metrics. Never translated; people's words are the screens'.</summary>
public static class FloorWords
{
    public static string Of(Rung rung) => rung switch
    {
        Rung.Primary => "primary",
        Rung.Previous => "previous",
        Rung.Cached => "cached",
        Rung.SimpleModel => "simple-model",
        Rung.Rules => "rules",
        _ => "low-confidence",
    };

    public static string Of(DecisionState state) => state switch
    {
        DecisionState.Normal => "normal",
        DecisionState.Anomaly => "anomaly",
        _ => "unknown",
    };

    public static string Of(GapCause cause) => cause switch
    {
        GapCause.SourceDown => "source-down",
        GapCause.LinkDown => "link-down",
        GapCause.BadQuality => "bad-quality",
        GapCause.Quarantined => "quarantined",
        GapCause.Thinned => "thinned",
        GapCause.BoxOff => "box-off",
        GapCause.Overflow => "overflow",
        GapCause.Unknown => "unknown",
        _ => cause.ToString().ToLowerInvariant(),
    };

    public static string Of(ArmRole role) => role switch
    {
        ArmRole.Primary => "primary",
        ArmRole.Previous => "previous",
        ArmRole.Simple => "simple-model",
        _ => "shadow",
    };
}
