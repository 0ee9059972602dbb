using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.Repair;

/// <summary>One loss as a repair names it.</summary>
/// <param name="FirstLost">The first batch that is lost; 0 when none is.</param>
/// <param name="Bytes">Damaged bytes, copied to <paramref name="Quarantined"/>; 0 where the file was missing.</param>
/// <param name="Quarantined">Path of the copy; empty where there is nothing to copy.</param>
public sealed record RepairedLoss(string Segment, long Offset, long Bytes, long FirstLost, long LastLost, string What, string Quarantined)
{
    /// <summary>Batches that are gone.</summary>
    public long Frames => FirstLost == 0 ? 0 : LastLost - FirstLost + 1;

    /// <summary>The bytes are what they were: computed again and held to what was signed.</summary>
    public bool IsMended { get; init; }

    /// <summary>The same for people.</summary>
    public string Sentence => $"{Segment} at byte {Offset}: {What}; "
        + (IsMended ? "mended, nothing lost" : Frames == 0 ? "no batch is lost" : Frames == 1 ? $"frame {FirstLost} is lost" : $"frames {FirstLost} to {LastLost} are lost")
        + (Quarantined.Length == 0 ? "." : $". The damaged bytes are in {Quarantined}.");
}

/// <summary>What a repair did.</summary>
/// <param name="Losses">Named by this repair, in the order of the journal; empty when nothing was damaged.</param>
/// <param name="Marks">Every repair mark of the journal, also older ones: segment and identity.</param>
public sealed record RepairReport(IReadOnlyList<RepairedLoss> Losses, IReadOnlyList<(string Name, Digest Identity, string Sentence)> Marks);
