using System.Buffers;

namespace EdgeRuntime.Registry;

/// <summary>
/// A file's name in a release: it must mean the same one file below the release's folder on every system it is copied to, so no separators, no
/// leading dot, nothing that Windows takes for a device, and no two names that differ only in case.
/// </summary>
static class FlatName
{
    static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    static readonly string[] Devices =
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"COM{i}", $"LPT{i}" })];

    /// <summary>Why this is no file name, to go on after the name; null when it is one.</summary>
    internal static string? Refusal(string name)
    {
        if (name.Length is 0 or > ReleaseLimits.NameLengthMax)
            return $"has {name.Length} characters; a file's name has from 1 to {ReleaseLimits.NameLengthMax}.";
        if (name.AsSpan().ContainsAnyExcept(Allowed) || name[0] is '.' or '-' || name[^1] == '.')
            return "is not a flat file name; use letters, digits, '.', '_' and '-', without folders, and begin with a letter or a digit.";
        return Devices.Contains(name.Split('.')[0], StringComparer.OrdinalIgnoreCase) ? "is the name of a device on Windows; choose another." : null;
    }
}
