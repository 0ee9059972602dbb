using System.Security.Cryptography;
using System.Text;

namespace EdgeRuntime.Tests.Kit.Disks;

/// <summary>One state in which a power cut may leave a disk: behind call <paramref name="Step"/> of the trace, or inside it.</summary>
public sealed record CrashImage(int Step, IReadOnlyDictionary<string, byte[]> Files);

/// <summary>
/// Cuts the power at every call of a trace and inside every write. What was flushed is there; of what was not, each 512-byte sector is there or not, whatever
/// came before or after it; names reach the medium in order, up to the last flush of the folder for certain. States that were given before are left out.
/// </summary>
public static class CrashImages
{
    const int SectorBytes = 512;

    /// <param name="variants">States tried per call: all that is unflushed is there, none of it, then that many less two by chance.</param>
    public static IEnumerable<CrashImage> Of(IReadOnlyDictionary<string, byte[]> start, IReadOnlyList<DiskStep> steps, int variants, Random random)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var medium = new Medium(start, steps);
        for (int cut = 0; cut <= steps.Count; cut++)
        {
            for (int variant = 0; variant < variants; variant++)
            {
                Dictionary<string, byte[]> image = medium.Cut(variant, random);
                if (seen.Add(NameOf(image)))
                    yield return new CrashImage(cut, image);
            }

            if (cut < steps.Count)
                medium.Take(steps[cut]);
        }
    }

    static string NameOf(Dictionary<string, byte[]> image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string path, byte[] bytes) in image.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\n{bytes.Length}\n"));
            hash.AppendData(bytes);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>What the trace has made durable so far, and what it has only asked for.</summary>
    sealed class Medium
    {
        readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
        readonly List<DiskStep> _namesAsked = [];
        readonly Dictionary<int, byte[]> _durable = [];
        readonly Dictionary<int, List<DiskStep>> _asked = [];

        public Medium(IReadOnlyDictionary<string, byte[]> start, IReadOnlyList<DiskStep> steps)
        {
            // Files of the start have the numbers that the trace's disk gave them: in the order of the image.
            int number = 0;
            foreach ((string path, byte[] bytes) in start)
            {
                _names[path] = number;
                _durable[number++] = bytes;
            }

            if (steps.Any(s => s.Call == DiskCall.Create && s.File < number))
                throw new ArgumentException("The trace does not begin with this image.", nameof(steps));
        }

        public void Take(DiskStep step)
        {
            switch (step.Call)
            {
                case DiskCall.Create:
                    _durable[step.File] = [];
                    _asked[step.File] = [new DiskStep(DiskCall.Write, step.Path, step.File, 0, new byte[step.Offset])];
                    _namesAsked.Add(step);
                    break;
                case DiskCall.Write:
                    Asked(step.File).Add(step);
                    break;
                case DiskCall.Sync:
                    _durable[step.File] = Apply(_durable[step.File], Asked(step.File), _ => true);
                    Asked(step.File).Clear();
                    break;
                case DiskCall.SyncFolder:
                    Rename(_names, _namesAsked);
                    _namesAsked.Clear();
                    break;
                default:
                    _namesAsked.Add(step);
                    break;
            }
        }

        public Dictionary<string, byte[]> Cut(int variant, Random random)
        {
            var names = new Dictionary<string, int>(_names, StringComparer.Ordinal);
            int reached = variant switch { 0 => _namesAsked.Count, 1 => 0, _ => random.Next(_namesAsked.Count + 1) };
            Rename(names, _namesAsked.Take(reached));
            Func<long, bool> isThere = variant switch
            {
                0 => _ => true,
                1 => _ => false,

                // By halves, and sometimes nearly all or nearly none: what breaks a reader is often one lost or one kept sector.
                _ => (variant % 3) switch
                {
                    0 => _ => random.Next(2) == 0,
                    1 => _ => random.Next(8) != 0,
                    _ => _ => random.Next(8) == 0,
                },
            };
            return names.ToDictionary(n => n.Key, n => Apply(_durable[n.Value], Asked(n.Value), isThere), StringComparer.Ordinal);
        }

        List<DiskStep> Asked(int file) => _asked.TryGetValue(file, out List<DiskStep>? asked) ? asked : _asked[file] = [];

        static void Rename(Dictionary<string, int> names, IEnumerable<DiskStep> changes)
        {
            foreach (DiskStep change in changes)
            {
                if (change.Call == DiskCall.Create)
                    names[change.Path] = change.File;
                else if (change.Call == DiskCall.RenameFolder)
                    RenameFolder(names, change);
                else if (names.Remove(change.Path, out int file) && change.Call == DiskCall.Rename)
                    names[change.To] = file;
            }
        }

        // A folder's name is one entry: all of it moves, or nothing.
        static void RenameFolder(Dictionary<string, int> names, DiskStep change)
        {
            foreach (string path in names.Keys.Where(p => p.StartsWith(change.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal)).ToArray())
            {
                names.Remove(path, out int file);
                names[change.To + path[change.Path.Length..]] = file;
            }
        }

        static byte[] Apply(byte[] durable, List<DiskStep> asked, Func<long, bool> isThere)
        {
            if (asked.Count == 0)
                return durable;
            byte[] bytes = durable;
            foreach (DiskStep write in asked)
            {
                byte[] written = write.Bytes!;
                for (int at = 0; at < written.Length;)
                {
                    long sector = (write.Offset + at) / SectorBytes;
                    int count = (int)Math.Min(written.Length - at, ((sector + 1) * SectorBytes) - (write.Offset + at));
                    if (isThere(sector))
                    {
                        int end = (int)write.Offset + at + count;
                        if (ReferenceEquals(bytes, durable))
                            bytes = (byte[])durable.Clone();
                        if (end > bytes.Length)
                            Array.Resize(ref bytes, end);
                        written.AsSpan(at, count).CopyTo(bytes.AsSpan((int)write.Offset + at));
                    }

                    at += count;
                }
            }

            return bytes;
        }
    }
}
