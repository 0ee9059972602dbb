using System.Text.RegularExpressions;

namespace EdgeRuntime.Tests.Architecture.Tree;

/// <summary>Types declared in C# sources. With file-scoped namespaces a top-level type starts at the first column.</summary>
static partial class TypeNames
{
    /// <summary>Every declared type, nested ones too, without its type parameters.</summary>
    public static IEnumerable<string> Declared(string csharp) => Declaration.Matches(csharp).Select(m => m.Groups["name"].Value);

    /// <summary>Top-level public types as namespace and name, with their type parameters.</summary>
    public static IEnumerable<string> Doors(string csharp)
    {
        string space = Namespace.Match(csharp).Groups["name"].Value;
        return Door.Matches(csharp).Select(m => $"{space}.{m.Groups["name"].Value}");
    }

    [GeneratedRegex(@"^[ \t]*(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe|new)\s+)*(?:class|record struct|record class|record|struct|interface|enum|delegate\s+[\w<>\[\]?.,]+)\s+(?<name>[A-Z]\w*)", RegexOptions.Multiline)]
    private static partial Regex Declaration { get; }

    [GeneratedRegex(@"^public\s+(?:(?:static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|record struct|record class|record|struct|interface|enum|delegate\s+[\w<>\[\]?.,]+)\s+(?<name>[A-Z]\w*(?:<[\w, ]+>)?)", RegexOptions.Multiline)]
    private static partial Regex Door { get; }

    [GeneratedRegex(@"^namespace\s+EdgeRuntime\.(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace { get; }
}
