namespace EdgeRuntime.Tests.Kit;

/// <summary>Finds the repository and the real telemetry that lies beside it. The data is not part of the project: a test that needs it skips, saying so, where it is absent.</summary>
public static class TestData
{
    /// <summary>The folder that holds EdgeRuntime.sln.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The folder with skab/, 3w/ and nab/, or null.</summary>
    public static string? Folder { get; } = Directory.Exists(Path.Combine(Repository, "..", "shared", "data"))
        ? Path.GetFullPath(Path.Combine(Repository, "..", "shared", "data"))
        : null;

    /// <summary>The sentence to skip with where <see cref="Folder"/> is null.</summary>
    public const string Absent = "The telemetry folder ../shared/data is not beside the repository.";

    static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeRuntime.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above the tests holds EdgeRuntime.sln.");
    }
}
