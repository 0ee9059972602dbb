using System.IO.Compression;
using System.Text;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Replay.Evidence;

/// <summary>
/// Everything that is needed to check one decision without this product, as files of a zip: the same decision and journal give the same bytes (but for the
/// box's signature, which no two times is the same).
/// </summary>
public sealed class EvidencePack
{
    /// <summary>DOS time has no zone and begins in 1980; a pack carries no other time than those of its facts.</summary>
    static readonly DateTimeOffset s_noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    EvidencePack(string predictionId, IReadOnlyList<EvidenceFile> files, bool signed, IReadOnlyList<string> notes)
    {
        PredictionId = predictionId;
        Files = files;
        Signed = signed;
        Notes = notes;
    }

    public string PredictionId { get; }

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<EvidenceFile> Files { get; }

    /// <summary>The box's key signed the list of digests.</summary>
    public bool Signed { get; }

    /// <summary>What people should know of this pack, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <param name="dataFolder">The folder that journal, keys and archive lie in.</param>
    /// <param name="source">The journal in that folder, and where to begin in it.</param>
    /// <param name="back">How far before the decision raw samples are taken; null: as far as the pipeline's windows reach.</param>
    /// <exception cref="PlanBrokenException">What decided then cannot be had any more.</exception>
    /// <exception cref="JournalCorruptException">A frame that must be in the pack is damaged.</exception>
    public static EvidencePack Of(
        RecordedDecision recorded, string dataFolder, ReplaySource source, PlanArchive archive, IDisk disk, TimeSpan? back = null)
    {
        var notes = new List<string>();
        EvidenceFacts facts = EvidenceFacts.Gather(recorded, source, back);
        var files = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            ["README.txt"] = Ours("README.txt"),
            ["check.py"] = Ours("check.py"),
            ["canon.py"] = Ours("canon.py"),
        };
        EvidenceText.Add(files, facts);
        if (facts.Batches.Where(b => b.Thinned).ToArray() is [{ } first, ..] thinned)
            notes.Add($"Raw samples of {thinned.Length} batches from frame {first.Frame} on were thinned before: the decision rests on some that are not kept any more.");
        EvidencePlan.Add(files, facts, archive);
        EvidenceJournal.Add(files, facts, Path.Combine(dataFolder, "journal"), disk, notes);
        bool signed = EvidenceSeal.Add(files, Path.Combine(dataFolder, "keys"), notes);
        return new EvidencePack(recorded.Decision.PredictionId, [.. files.Select(f => new EvidenceFile(f.Key, f.Value))], signed, notes);
    }

    /// <summary>Writes the zip, over an older one if need be, and gives its SHA-256.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public string WriteTo(string path)
    {
        var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (EvidenceFile file in Files)
            {
                ZipArchiveEntry entry = archive.CreateEntry(file.Name, CompressionLevel.Optimal);
                entry.LastWriteTime = s_noTime;
                entry.ExternalAttributes = 0;
                using Stream into = entry.Open();
                into.Write(file.Bytes.Span);
            }
        }

        byte[] bytes = zip.ToArray();
        File.WriteAllBytes(path, bytes);
        return Digest.Of(bytes).ToString();
    }

    static ReadOnlyMemory<byte> Ours(string name)
    {
        using Stream stream = typeof(EvidencePack).Assembly.GetManifestResourceStream($"EdgeRuntime.Replay.Evidence.{name}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <param name="Name">Path in the pack, with slashes.</param>
public sealed record EvidenceFile(string Name, ReadOnlyMemory<byte> Bytes);
