namespace EdgeRuntime.Hq.Datasets;

/// <summary>What people say a moment was.</summary>
enum Truth : byte
{
    /// <summary>Nobody said, or nobody was sure: counted neither as right nor as wrong, and never trained on.</summary>
    Unknown,

    Normal,

    Event,
}
