using System.Security.Cryptography;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal.Repair;

/// <summary>
/// Repairs sealed units whose files are damaged: an index is made anew from the Parquet files; where those are damaged the unit is written anew from what can
/// still be read. Where samples are damaged their batches keep their facts; where facts or batches are, an empty row stands for each lost frame. Damaged
/// files go to quarantine.
/// </summary>
sealed class UnitRepair(IDisk disk, string folder, string quarantine, ICheckpointSigner? signer, long now)
{
    const string Rule = "repair";

    public List<RepairedLoss> Run(UnitCatalog catalog)
    {
        List<RepairedLoss> losses = [];
        foreach (long number in catalog.Numbers)
        {
            Checkpoint unit = catalog.Read(number);
            IReadOnlyList<DamagedFrame> damages = new UnitVerifier(disk, folder, null, []).Verify(number, null, out _);
            if (damages.Count == 0)
                continue;
            if (damages.All(d => d.Segment.EndsWith(UnitFile.Index, StringComparison.Ordinal)))
                losses.Add(RebuildIndex(unit, damages[0]));
            else
                losses.AddRange(WriteAnew(unit, damages, catalog));
        }

        return losses;
    }

    RepairedLoss RebuildIndex(Checkpoint unit, DamagedFrame damage)
    {
        CheckpointFile index = unit.File(UnitFile.Index);
        (string kept, long bytes) = Quarantine(index.Name, damage);
        string made = index.Name + ".writing";
        Remove(made);
        UnitIndex.Write(disk, folder, unit.File(UnitFile.Samples).Name, made);
        if (BlockSums.Of(disk, folder, made, 0).Sha256 != index.Sha256)
        {
            Remove(made);
            throw new JournalCorruptException(index.Name, 0, unit.FirstFrame, "made anew from the Parquet files the index is not what was signed; another version of this program made it");
        }

        disk.Rename(Path.Combine(folder, made), Path.Combine(folder, index.Name));
        disk.SyncFolder(folder);
        return new RepairedLoss(index.Name, damage.Offset, bytes, 0, 0, $"{damage.What}; it was made anew, the same bytes as signed", kept);
    }

    List<RepairedLoss> WriteAnew(Checkpoint before, IReadOnlyList<DamagedFrame> damages, UnitCatalog catalog)
    {
        if (signer is null)
            throw new IOException($"{damages[0].Segment} is damaged, and a unit that is written anew must be signed: the box's private key (keys/{BoxKey.PrivateName}) is needed. Restore it, or the file, from a backup.");
        var rewriting = new Thinner(disk, folder, signer);
        rewriting.RemoveOthers(before);
        int generation = before.Files.Max(f => UnitFile.GenerationOf(f.Name)) + 1;
        List<(long First, long Last)> lost = [];
        Checkpoint after;
        using (var salvage = new Salvage(disk, folder, before, generation))
        {
            salvage.Copy(lost);
            CheckpointFile[] files = rewriting.Finish(salvage.Writer, before.Segment, generation, before.LastSegment);
            CheckpointFile samples = before.File(UnitFile.Samples);
            long gone = samples.Rows - files[0].Rows;
            after = before with
            {
                Files = files,
                FirstIngest = new IngestTime(salvage.FirstIngest <= salvage.LastIngest ? salvage.FirstIngest : 0),
                LastIngest = new IngestTime(salvage.FirstIngest <= salvage.LastIngest ? salvage.LastIngest : 0),
                Thinned = before.Thinned || gone > 0,
                Taken = gone > 0 ? [.. before.Taken, new TakenSamples(Rule, samples.Sha256, samples.Rows, files[0].Rows)] : before.Taken,
                Key = signer.PublicKey,
            };
        }

        List<RepairedLoss> losses = [];
        foreach (IGrouping<string, DamagedFrame> file in damages.GroupBy(d => d.Segment, StringComparer.Ordinal))
        {
            (string kept, long bytes) = Quarantine(file.Key, file.First());
            losses.Add(new RepairedLoss(file.Key, file.First().Offset, bytes, 0, 0, $"{file.First().What}; of {before.File(UnitFile.Samples).Rows} samples {after.File(UnitFile.Samples).Rows} are left", kept));
        }

        losses.AddRange(lost.Select(l => new RepairedLoss(UnitFile.CheckpointOf(before.Segment), 0, 0, l.First, l.Last, "the frames cannot be read any more", "")));
        rewriting.PutInForce(after);
        catalog.Replace(after);
        rewriting.RemoveOthers(after);
        return losses;
    }

    (string Path, long Bytes) Quarantine(string name, DamagedFrame damage)
    {
        if (!disk.List(folder).Contains(name))
            return ("", 0);
        disk.CreateFolder(quarantine);
        string path = Path.Combine(quarantine, name + ".bad");
        long bytes = 0;
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Discard(path);
        using (IDiskFile from = disk.Open(Path.Combine(folder, name), forWriting: false))
        using (IDiskFile to = disk.Create(path, 0))
        {
            byte[] chunk = new byte[1 << 20];
            for (int read; (read = from.Read(bytes, chunk)) > 0; bytes += read)
            {
                to.Write(bytes, chunk.AsSpan(0, read));
                sum.AppendData(chunk, 0, read);
            }

            to.Sync();
        }

        Discard(path + ".json");
        using (IDiskFile manifest = disk.Create(path + ".json", 0))
        {
            manifest.Write(0, JsonSerializer.SerializeToUtf8Bytes(new { file = name + ".bad", sha256 = Convert.ToHexStringLower(sum.GetHashAndReset()), bytes, from = name, offset = damage.Offset, what = damage.What, repairedAt = now }));
            manifest.Sync();
        }

        disk.SyncFolder(quarantine);
        return (path, bytes);
    }

    void Discard(string path)
    {
        if (disk.List(quarantine).Contains(Path.GetFileName(path)))
            disk.Delete(path);
    }

    void Remove(string name)
    {
        if (disk.List(folder).Contains(name))
            disk.Delete(Path.Combine(folder, name));
    }
}
