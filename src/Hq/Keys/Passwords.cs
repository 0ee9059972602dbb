namespace EdgeRuntime.Hq.Keys;

/// <summary>Where the password of a key comes from: a file, or the environment. Never the command line, which others on the machine can read.</summary>
static class Passwords
{
    internal const string Variable = "EDGEHQ_KEY_PASSWORD";

    const int LengthMin = 8;

    /// <summary>The password; null where none is given.</summary>
    /// <exception cref="KeyException">The file holds none.</exception>
    internal static string? From(string? file)
    {
        string? password = file is null
            ? Environment.GetEnvironmentVariable(Variable)
            : File.Exists(file) ? File.ReadLines(file).FirstOrDefault() ?? "" : throw new KeyException($"The password file {file} does not exist.");
        return password is { Length: 0 } && file is not null ? throw new KeyException($"The first line of {file} is empty; it must be the password.") : password is { Length: 0 } ? null : password;
    }

    /// <summary>For a new key.</summary>
    /// <exception cref="KeyException">It is too short to protect anything.</exception>
    internal static string Strong(string password) => password.Length >= LengthMin
        ? password
        : throw new KeyException($"The password has {password.Length} characters; a key is protected by at least {LengthMin}.");
}
