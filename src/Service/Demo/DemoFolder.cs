namespace EdgeRuntime.Service.Demo;

/// <summary>The demo's data folder: a throw-away one, or one that the user names and keeps.</summary>
sealed class DemoFolder : IDisposable
{
    readonly bool _temporary;

    DemoFolder(string path, bool temporary)
    {
        Data = path;
        _temporary = temporary;
    }

    public string Data { get; }

    /// <summary>The site documents that came with the demo.</summary>
    public static string Site => Path.Combine(AppContext.BaseDirectory, "demo-site");

    /// <summary>The folder of releases that came with the demo.</summary>
    public static string Registry => Path.Combine(AppContext.BaseDirectory, "demo-release");

    public static DemoFolder Open(string? data) => data is null
        ? new DemoFolder(Directory.CreateTempSubdirectory("edgeruntime-demo-").FullName, temporary: true)
        : new DemoFolder(Path.GetFullPath(data), temporary: false);

    public void Dispose()
    {
        if (_temporary)
            Directory.Delete(Data, recursive: true);
    }
}
