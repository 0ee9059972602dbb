using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>
/// From here on this is what answers for an asset. An input of the engine: everything that decides is named here by digest, so a
/// replay knows what ran without asking today's configuration. Written when any of it differs from the activation before.
/// </summary>
public sealed record Activation : Fact
{
    public override FactKind Kind => FactKind.Activation;

    public required string Asset { get; init; }
    public required ArmRole Role { get; init; }

    /// <summary>Name and version for people; none when the asset runs without a model.</summary>
    public required string Release { get; init; }

    /// <summary>SHA-256 of serving.yaml; none when the asset runs without a model.</summary>
    public required Digest Serving { get; init; }

    /// <summary>Identity of the feature pipeline; none when from here on nothing answers for the asset (<see cref="IsEnd"/>).</summary>
    public required Digest Pipeline { get; init; }

    /// <summary>SHA-256 of the plant's rules; none when there are none.</summary>
    public required Digest Rules { get; init; }

    /// <summary>SHA-256 of site.yaml: which tags are the asset's signals.</summary>
    public required Digest Site { get; init; }

    /// <summary>False: loaded only because the site allows unsigned releases.</summary>
    public required bool Signed { get; init; }

    /// <summary>Version and commit of the runtime.</summary>
    public required string Build { get; init; }

    /// <summary>What can change the last bit of an answer: runtime build, provider, instruction set, threads, optimisation level, operating system.</summary>
    public required string Environment { get; init; }

    public required string Who { get; init; }
    public required string Why { get; init; }

    /// <summary>The asset was taken from the site: its windows and models are let go of, and it decides no more.</summary>
    public bool IsEnd => Pipeline.IsNone;

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Asset);
        to.Named(Role);
        to.Text(Release);
        to.Digest(Serving);
        to.Digest(Pipeline);
        to.Digest(Rules);
        to.Digest(Site);
        to.Bool(Signed);
        to.Text(Build);
        to.Text(Environment);
        to.Text(Who);
        to.Text(Why);
    }

    internal static Activation Read(ref CanonicalReader from) => new()
    {
        Asset = from.Text(),
        Role = from.Named<ArmRole>(),
        Release = from.Text(),
        Serving = from.Digest(),
        Pipeline = from.Digest(),
        Rules = from.Digest(),
        Site = from.Digest(),
        Signed = from.Bool(),
        Build = from.Text(),
        Environment = from.Text(),
        Who = from.Text(),
        Why = from.Text(),
    };
}
