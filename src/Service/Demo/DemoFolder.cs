namespace EdgeRuntime.Service.Demo;

/// <summary>The demo's data and site folder: a throw-away one, or one that the user names and keeps.</summary>
sealed class DemoFolder : IDisposable
{
    readonly bool _temporary;

    DemoFolder(string path, bool temporary)
    {
        Data = path;
        _temporary = temporary;
    }

    public string Data { get; }

    public string Site => Path.Combine(Data, "site");

    /// <summary>The folder of releases that came with the demo.</summary>
    public static string Registry => Path.Combine(AppContext.BaseDirectory, "demo-release");

    public static DemoFolder Open(string? data) => data is null
        ? new DemoFolder(Directory.CreateTempSubdirectory("edgeruntime-demo-").FullName, temporary: true)
        : new DemoFolder(Path.GetFullPath(data), temporary: false);

    /// <summary>Lays the site documents out, with the port of the embedded broker in place of the usual one.</summary>
    public void LaySite(int brokerPort)
    {
        Directory.CreateDirectory(Site);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "demo-site"), "*.yaml"))
        {
            string text = File.ReadAllText(file).Replace("port: 1883", FormattableString.Invariant($"port: {brokerPort}"), StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(Site, Path.GetFileName(file)), text);
        }
    }

    public void Dispose()
    {
        if (_temporary)
            Directory.Delete(Data, recursive: true);
    }
}
