using System.Text.RegularExpressions;
using EdgeRuntime.Tests.Architecture.Map;

namespace EdgeRuntime.Tests.Architecture.Documents;

/// <summary>Names that documents cite and the tree does not have, one sentence each.</summary>
static partial class DocumentRules
{
    /// <summary>README's patterns table: the file to open exists, and the promise is a test.</summary>
    public static IEnumerable<string> Patterns(string readme, Func<string, bool> exists, IReadOnlySet<string> testMethods)
    {
        IReadOnlyList<IReadOnlyDictionary<string, string>> rows = MarkdownTable.Rows(readme, "Pattern");
        if (rows.Count == 0)
            yield return "README.md has no table of patterns.";
        foreach (IReadOnlyDictionary<string, string> row in rows)
        {
            string pattern = row["Pattern"];
            string[] files = Quoted(row["Open this"]), tests = Quoted(row["Promise, as a test"]);
            if (files.Length == 0 || tests.Length == 0)
                yield return $"Pattern '{pattern}' must name a file to open and a test that holds its promise.";
            foreach (string file in files.Where(f => !exists(f)))
                yield return $"Pattern '{pattern}' names {file}, which does not exist.";
            foreach (string test in tests.Where(t => !testMethods.Contains(t)))
                yield return $"Pattern '{pattern}' names the test {test}, which does not exist.";
        }
    }

    /// <summary><c>`Room.Type`</c> anywhere in a document must be a type of that room.</summary>
    public static IEnumerable<string> Types(string document, string text, IReadOnlyDictionary<string, IReadOnlySet<string>> typesByRoom)
    {
        foreach (Match match in RoomAndType.Matches(text))
        {
            string room = match.Groups["room"].Value, type = match.Groups["type"].Value;
            if (typesByRoom.TryGetValue(room, out IReadOnlySet<string>? types) && !types.Contains(type))
                yield return $"{document} names {room}.{type}; the room {room} has no such type.";
        }
    }

    /// <summary>Quoted paths into the repository must exist. Patterns with braces or stars are prose.</summary>
    public static IEnumerable<string> Paths(string document, string text, Func<string, bool> exists) =>
        RepositoryPath.Matches(text).Select(m => m.Groups["path"].Value.TrimEnd('/')).Distinct()
            .Where(path => !exists(path))
            .Select(path => $"{document} names {path}, which does not exist.");

    /// <summary>A room's README names files of the room by the end of their path.</summary>
    public static IEnumerable<string> RoomFiles(string document, string text, IReadOnlyCollection<string> filesOfRoom, Func<string, bool> exists) =>
        FileName.Matches(text).Select(m => m.Groups["file"].Value).Distinct()
            .Where(file => !exists(file) && !filesOfRoom.Any(f => f == file || f.EndsWith("/" + file, StringComparison.Ordinal)))
            .Select(file => $"{document} names {file}, which the room does not have.");

    static string[] Quoted(string cell) => [.. Code.Matches(cell).Select(m => m.Groups["code"].Value)];

    [GeneratedRegex(@"`(?<code>[^`]+)`")]
    private static partial Regex Code { get; }

    [GeneratedRegex(@"`(?<room>[A-Z]\w+)\.(?<type>[A-Z]\w*)`")]
    private static partial Regex RoomAndType { get; }

    [GeneratedRegex(@"`(?<path>(?:src|tests|docs|installer|hardware|firmware-sim|\.ci|\.locks)/[\w./-]*)`")]
    private static partial Regex RepositoryPath { get; }

    [GeneratedRegex(@"`(?<file>[\w./-]+\.(?:cs|razor|js|css|md))`")]
    private static partial Regex FileName { get; }
}
