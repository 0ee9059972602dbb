using EdgeRuntime.Facts;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry;

/// <summary>
/// Every release that was ever served, each in a folder named by its serving digest, so that a replay finds what ran then. One process keeps;
/// any number opens.
/// </summary>
public sealed class ReleaseStore
{
    readonly string _folder;

    /// <param name="folder">Made when it is missing.</param>
    public ReleaseStore(string folder) => _folder = folder;

    public string PathOf(Digest serving) => Path.Combine(_folder, serving.Hex);

    public bool Has(Digest serving) => File.Exists(Path.Combine(PathOf(serving), ReleaseFolder.ServingFile));

    /// <summary>
    /// Keeps a release: whole or not at all. One that is kept already is checked, and written anew when its bytes have changed since.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Keep(ServingPlan plan)
    {
        string final = PathOf(plan.Serving), writing = final + ".writing", broken = final + ".broken";
        Directory.CreateDirectory(_folder);
        if (Directory.Exists(final))
        {
            if (IsWhole(plan))
            {
                KeepSignatures(final, plan);
                return;
            }

            Remove(broken);
            Directory.Move(final, broken);
        }

        Remove(writing);
        Directory.CreateDirectory(writing);
        foreach ((string name, ReadOnlyMemory<byte> bytes) in plan.Files)
            KeptFile.Write(Path.Combine(writing, name), bytes.Span);
        KeepSignatures(writing, plan);
        Directory.Move(writing, final);
        Remove(broken);
    }

    /// <summary>Reads a kept release with all checks; whether it was signed is in the activation that cites it, not here.</summary>
    /// <exception cref="ReleaseRefusedException">It was never kept, or is not what was kept.</exception>
    /// <exception cref="SettingsException">This version does not read a serving.yaml that an earlier one did.</exception>
    public ServingPlan Open(Digest serving) => Directory.Exists(PathOf(serving))
        ? ReleaseFolder.OpenKept(PathOf(serving), serving)
        : throw new ReleaseRefusedException($"The release {serving} is not kept in '{_folder}'; copy its folder there, named {serving.Hex}.");

    /// <summary>A release may be signed again after it was kept; a signature that is kept is never taken away or replaced.</summary>
    static void KeepSignatures(string folder, ServingPlan plan)
    {
        foreach ((string name, ReadOnlyMemory<byte> bytes) in plan.Signatures)
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
                continue;
            KeptFile.Write(path + ".writing", bytes.Span);
            File.Move(path + ".writing", path, overwrite: true);
        }
    }

    bool IsWhole(ServingPlan plan)
    {
        try
        {
            Open(plan.Serving);
            return true;
        }
        catch (ReleaseRefusedException)
        {
            // Not lost: the caller holds the true bytes and writes them now.
            return false;
        }
    }

    static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
