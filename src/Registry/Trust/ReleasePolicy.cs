using EdgeRuntime.Facts;

namespace EdgeRuntime.Registry.Trust;

/// <summary>
/// Which releases a box takes. A release with signatures is held against the trust root whatever the switch says: the switch lets pass what nobody signed,
/// never what was signed wrongly.
/// </summary>
public sealed record ReleasePolicy
{
    /// <summary>The keys that are believed; null: none are, so every release counts as unsigned.</summary>
    public TrustRoot? Root { get; init; }

    /// <summary>The settings' <c>registry.allowUnsigned</c>.</summary>
    public required bool AllowUnsigned { get; init; }

    /// <summary>The time that expiry is held against; null: expiry is not looked at.</summary>
    public EventTime? Now { get; init; }

    /// <summary>True for a release that was taken as signed before: an expired key does not stop what runs.</summary>
    public Func<Digest, bool> WasTaken { get; init; } = _ => false;

    /// <summary>What a start tells people.</summary>
    public string Sentence => (Root, AllowUnsigned) switch
    {
        ({ } root, false) => FormattableString.Invariant($"Releases must be signed by {root.ThresholdOf(TrustRole.Release)} of the {root.Keys.Count(k => k.Roles.Contains(TrustRole.Release))} release keys of trust root {root.Version}; unsigned ones are refused."),
        ({ } root, true) => FormattableString.Invariant($"Releases that are signed must be signed by {root.ThresholdOf(TrustRole.Release)} of the {root.Keys.Count(k => k.Roles.Contains(TrustRole.Release))} release keys of trust root {root.Version}; unsigned ones are taken, too (registry.allowUnsigned)."),
        (null, true) => "No signature is checked: the settings name no trust root (registry.trust), and unsigned releases are taken (registry.allowUnsigned).",
        (null, false) => "No new release is taken: the settings name no trust root (registry.trust), and unsigned releases are refused (registry.allowUnsigned).",
    };
}
