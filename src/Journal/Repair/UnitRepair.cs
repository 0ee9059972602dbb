using System.Security.Cryptography;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal.Repair;

/// <summary>
/// Repairs sealed units whose files are damaged. What parity, the other copy of a checkpoint, or the Parquet files of an index give is written anew, the same
/// bytes as signed, and nothing is lost. Only what cannot be had that way is written anew from what can still be read: where samples are damaged their batches
/// keep their facts; where facts or batches are, an empty row stands for each lost frame; and the damaged files go to quarantine.
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
            IReadOnlyList<DamagedFrame> damages = Mend(unit, losses);
            if (damages.Any(IsOfIndex) && damages.All(d => IsOfIndex(d) || d.Segment.EndsWith(UnitFile.Parity, StringComparison.Ordinal)))
            {
                losses.Add(RebuildIndex(unit, damages.First(IsOfIndex)));
                damages = Mend(unit, losses);
            }

            if (damages.Count > 0)
                losses.AddRange(WriteAnew(unit, damages, catalog));
        }

        return losses;
    }

    static bool IsOfIndex(DamagedFrame damage) => damage.Segment.EndsWith(UnitFile.Index, StringComparison.Ordinal);

    /// <summary>Writes anew what can be had again to the byte.</summary>
    /// <returns>What is still damaged.</returns>
    IReadOnlyList<DamagedFrame> Mend(Checkpoint unit, List<RepairedLoss> losses)
    {
        IReadOnlyList<DamagedFrame> damages = Verify(unit);
        bool any = false;
        foreach (DamagedFrame damage in damages.Where(d => d.IsMendable))
        {
            long bytes = Mend(unit, damage);
            losses.Add(new RepairedLoss(damage.Segment, damage.Offset, bytes, 0, 0, damage.What, "") { IsMended = true });
            any = true;
        }

        return any ? Verify(unit) : damages;
    }

    IReadOnlyList<DamagedFrame> Verify(Checkpoint unit) => new UnitVerifier(disk, folder, null, []).Verify(unit.Segment, null, out _);

    /// <returns>Bytes of the file.</returns>
    long Mend(Checkpoint unit, DamagedFrame damage)
    {
        if (damage.Segment == UnitFile.CheckpointOf(unit.Segment))
        {
            byte[] copies = CheckpointCopies.Read(disk, folder, unit.Segment).Bytes;
            CheckpointCopies.Write(disk, folder, unit.Segment, copies);
            return copies.Length;
        }

        CheckpointFile signed = unit.Files.First(f => f.Name == damage.Segment);
        string made = UnitFile.WritingOf(signed.Name);
        Remove(made);
        CheckpointFile read = UnitFile.IsParity(signed) ? WriteParity(unit, made) : WriteMended(unit, signed, made);
        if (read.Sha256 != signed.Sha256)
        {
            Remove(made);
            throw new JournalCorruptException(signed.Name, damage.Offset, unit.FirstFrame, "computed again it is not what was signed");
        }

        PutInPlace(made, signed.Name);
        return signed.Bytes;
    }

    CheckpointFile WriteMended(Checkpoint unit, CheckpointFile signed, string made)
    {
        using (CheckedFile from = new UnitMender(disk, folder, unit, null) { MendsMissing = true }.Open(signed))
        using (IDiskFile to = disk.Create(Path.Combine(folder, made), 0))
        {
            byte[] chunk = new byte[1 << 20];
            for (long at = 0; from.Read(at, chunk) is > 0 and var read; at += read)
                to.Write(at, chunk.AsSpan(0, read));
            to.Sync();
        }

        return BlockSums.Of(disk, folder, made, 0);
    }

    /// <summary>Behind the other files, which are what was signed by now.</summary>
    CheckpointFile WriteParity(Checkpoint unit, string made)
    {
        var parity = new ParitySums();
        foreach (CheckpointFile file in unit.Files.Where(f => !UnitFile.IsParity(f)))
            BlockSums.Of(disk, folder, file.Name, 0, parity);
        return parity.Write(disk, folder, made);
    }

    void PutInPlace(string made, string name)
    {
        disk.Rename(Path.Combine(folder, made), Path.Combine(folder, name));
        disk.SyncFolder(folder);
    }

    RepairedLoss RebuildIndex(Checkpoint unit, DamagedFrame damage)
    {
        CheckpointFile index = unit.File(UnitFile.Index);
        (string kept, long bytes) = Quarantine(index.Name, damage);
        string made = UnitFile.WritingOf(index.Name);
        Remove(made);
        UnitIndex.Write(disk, folder, unit.File(UnitFile.Samples).Name, made);
        if (BlockSums.Of(disk, folder, made, 0).Sha256 != index.Sha256)
        {
            Remove(made);
            throw new JournalCorruptException(index.Name, 0, unit.FirstFrame, "made anew from the Parquet files the index is not what was signed; another version of this program made it");
        }

        PutInPlace(made, index.Name);
        return new RepairedLoss(index.Name, damage.Offset, bytes, 0, 0, $"{damage.What}; it was made anew, the same bytes as signed", kept) { IsMended = true };
    }

    List<RepairedLoss> WriteAnew(Checkpoint before, IReadOnlyList<DamagedFrame> damages, UnitCatalog catalog)
    {
        if (signer is null)
            throw new IOException($"{damages[0].Segment} is damaged, and a unit that is written anew must be signed: the box's private key (keys/{BoxKey.PrivateName}) is needed. Restore it, or the file, from a backup.");
        var rewriting = new Thinner(disk, folder, signer);
        rewriting.Begin(before);
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
        rewriting.PutInForce(after, catalog.Replace);
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
