using System.Text.RegularExpressions;

namespace EdgeRuntime.Tests.Architecture.Tree;

/// <summary>What the tree may not hold, one sentence per find.</summary>
static partial class TreeRules
{
    const long FileBytesMax = 1_500_000;

    static readonly string[] Drawers = ["Utils", "Helpers", "Common", "Misc", "Shared", "Core", "Services", "Managers", "Extensions", "Models"];

    static readonly string[] EmptyNouns = ["Manager", "Helper", "Helpers", "Service", "Processor", "Handler", "Util", "Utils", "Info", "Data"];

    static readonly string[] TopLevelNames =
    [
        "EdgeRuntime.sln", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "appsettings.json",
        "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", "global.json", ".editorconfig", ".gitattributes", ".gitignore",
        ".ci", ".locks", "src", "tests", "hardware", "firmware-sim", "installer", "docs",
    ];

    public static IEnumerable<string> TopLevel(IEnumerable<string> names) =>
        names.Except(TopLevelNames).Select(n => $"{n} does not belong at the top of the repository.");

    public static IEnumerable<string> DrawerFolders(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Path.StartsWith("src/", StringComparison.Ordinal)
        from folder in file.Path.Split('/')[..^1]
        where Drawers.Contains(folder, StringComparer.OrdinalIgnoreCase)
        select $"{file.Path} lies in a drawer; put it beside its caller, or in the room of the fact it helps produce.";

    public static IEnumerable<string> Unfinished(IEnumerable<SourceFile> files) =>
        Found(files.Where(f => f.Extension is ".cs" or ".razor" or ".js" or ".sh"), UnfinishedMark, "is unfinished; finish it, or say elsewhere why not");

    public static IEnumerable<string> SkippedByAttribute(IEnumerable<SourceFile> files) =>
        Found(files.Where(f => f.Extension == ".cs" && f.Path.StartsWith("tests/", StringComparison.Ordinal)), SkipAttribute, "skips by attribute; skip at run time with a printed reason");

    public static IEnumerable<string> MachinePaths(IEnumerable<SourceFile> files) => Found(files, MachinePath, "is a path of one machine");

    public static IEnumerable<string> RegistryHosts(IEnumerable<SourceFile> files) => Found(files, RegistryHost, "names a registry; use the machine's default sources");

    public static IEnumerable<string> TooLarge(IEnumerable<SourceFile> files) =>
        files.Where(f => f.Bytes > FileBytesMax).Select(f => $"{f.Path} has {f.Bytes} bytes; data does not belong in the repository.");

    public static IEnumerable<string> PackageSources(IEnumerable<SourceFile> files) =>
        files.Where(f => f.Path.EndsWith("nuget.config", StringComparison.OrdinalIgnoreCase)).Select(f => $"{f.Path}: package sources belong to the machine, not to the repository.");

    public static IEnumerable<string> EmptyTypeNames(IEnumerable<SourceFile> files) =>
        from file in Product(files)
        from name in TypeNames.Declared(file.Text).Distinct()
        from noun in EmptyNouns
        where name.EndsWith(noun, StringComparison.Ordinal)
        select $"{file.Path}: {name} says '{noun}'; name what makes it different.";

    public static IEnumerable<string> TypesNamedLikeRooms(IEnumerable<SourceFile> files, IReadOnlyCollection<string> rooms) =>
        from file in Product(files)
        from name in TypeNames.Declared(file.Text).Distinct()
        where rooms.Contains(name)
        select $"{file.Path}: a type may not be called like the room {name}.";

    static IEnumerable<SourceFile> Product(IEnumerable<SourceFile> files) =>
        files.Where(f => f.Extension == ".cs" && (f.Path.StartsWith("src/", StringComparison.Ordinal) || f.Path.StartsWith("firmware-sim/", StringComparison.Ordinal)));

    static IEnumerable<string> Found(IEnumerable<SourceFile> files, Regex what, string why) =>
        from file in files
        from Match match in what.Matches(file.Text)
        select $"{file.Path}:{file.Text.AsSpan(0, match.Index).Count('\n') + 1}: '{match.Value}' {why}.";

    // Written so that none of these patterns finds itself.
    [GeneratedRegex(@"\b(?:TO[D]O|FIX[M]E|HA[C]K|NotImplemented[E]xception)\b")]
    private static partial Regex UnfinishedMark { get; }

    [GeneratedRegex(@"\bSkip\s*=[^=>]")]
    private static partial Regex SkipAttribute { get; }

    [GeneratedRegex(@"(?<![\w.~}/-])/(?:work|root|home)/\w+|[A-Z]:\\Users\\\w+")]
    private static partial Regex MachinePath { get; }

    [GeneratedRegex(@"\b(?:nuget|npmjs|debian|ubuntu|pypi)[.](?:org|com)\b")]
    private static partial Regex RegistryHost { get; }
}
