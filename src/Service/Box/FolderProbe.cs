namespace EdgeRuntime.Service.Box;

/// <summary>Whether a folder can be written, found by writing.</summary>
static class FolderProbe
{
    /// <summary>Null when it can (it is made if missing); else what the system said.</summary>
    public static string? WhyNot(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, ".write-probe");
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.TrimEnd('.') + ".";
        }
    }
}
