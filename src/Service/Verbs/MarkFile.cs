using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Service.Verbs;

/// <summary>
/// How far a proof of a journal came, in one line of text: segment, its last frame, and the hash that what follows must be chained to. Whoever may write the file
/// may have anything before it believed; keep it where only the auditor writes.
/// </summary>
sealed class MarkFile(string path)
{
    VerifyMark? _kept;

    /// <summary>Null where there is no file yet.</summary>
    /// <exception cref="VerbRefusedException">The file is no mark.</exception>
    public VerifyMark? Read()
    {
        if (!File.Exists(path))
            return null;
        string[] parts = File.ReadAllText(path).Trim().Split(' ');
        return parts is [var segment, var frame, var hash]
            && long.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && long.TryParse(frame, NumberStyles.None, CultureInfo.InvariantCulture, out long last)
            && Digest.TryParse(hash, out Digest digest)
            ? new VerifyMark(number, last, digest)
            : throw new VerbRefusedException($"{path} is no mark of an earlier verify. Remove it, or name another file.");
    }

    /// <summary>Written beside and renamed, so that a cut leaves the mark before or this one.</summary>
    public void Keep(VerifyMark mark)
    {
        if (mark == _kept)
            return;
        _kept = mark;
        string beside = path + ".new";
        File.WriteAllText(beside, string.Create(CultureInfo.InvariantCulture, $"{mark.Segment} {mark.Frame} {mark.Hash}\n"));
        File.Move(beside, path, overwrite: true);
    }

    public void Remove() => File.Delete(path);
}
