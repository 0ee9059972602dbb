using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>
/// The engine's whole state after a frame lies beside the journal, in a file that the digest names. Written when the file is durable; a start or a replay
/// that begins there comes to the same bits as one that begins at the first frame.
/// </summary>
/// <param name="AfterFrame">The newest journal frame that the engine had taken.</param>
/// <param name="Digest">SHA-256 of the file and its name.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Build">Version and commit of the runtime that wrote it; no other one uses it.</param>
public sealed record EngineState(long AfterFrame, Digest Digest, long Bytes, string Build) : Fact
{
    public override FactKind Kind => FactKind.EngineState;

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Signed(AfterFrame);
        to.Digest(Digest);
        to.Signed(Bytes);
        to.Text(Build);
    }

    internal static EngineState Read(ref CanonicalReader from) => new(from.Signed(), from.Digest(), from.Signed(), from.Text());
}
