using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal;

/// <summary>What a walk over every byte of a journal found.</summary>
public sealed record VerifyReport
{
    /// <summary>Hot segments and sealed units.</summary>
    public required int Segments { get; init; }

    /// <summary>Sealed units among them.</summary>
    public required int Units { get; init; }

    /// <summary>Whole batches.</summary>
    public required long Frames { get; init; }

    /// <summary>Bytes of segment headers, whole frames and sealed files.</summary>
    public required long Bytes { get; init; }

    /// <summary>The end of the hash chain: it stands for every byte before it, sealed ones through their checkpoints.</summary>
    public required Digest LastHash { get; init; }

    /// <summary>The journal was stopped cleanly.</summary>
    public required bool CleanEnd { get; init; }

    /// <summary>Bytes at the end that never became durable; the next start cuts them.</summary>
    public required long TornBytes { get; init; }

    /// <summary>The first damage; null when there is none.</summary>
    public required DamagedFrame? FirstDamage { get; init; }

    /// <summary>Places that are damaged: one for every batch that is lost, one for every other piece.</summary>
    public required long Damages { get; init; }

    /// <summary>Those among them by which nothing is lost: a repair writes these bytes anew from parity.</summary>
    public long Mendable { get; init; }

    /// <summary>Losses that a repair has named; readers step over them.</summary>
    public IReadOnlyList<DamagedFrame> Repaired { get; init; } = [];

    /// <summary>Every durable byte is what was written, and nothing was ever lost.</summary>
    public bool Whole => FirstDamage is null && Repaired.Count == 0;

    /// <summary>The same for people.</summary>
    public required string Sentence { get; init; }
}
