using System.Text;
using System.Text.RegularExpressions;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Tests.Architecture.Documents;
using EdgeRuntime.Tests.Architecture.Map;
using EdgeRuntime.Tests.Architecture.Tree;
using Xunit;

namespace EdgeRuntime.Tests.Architecture;

/// <summary>A document that names code is a test: a name that no longer exists fails with the sentence to fix.</summary>
public sealed partial class DocumentsKeepTheirWordTests
{
    const int RoomReadmeLinesMax = 25;
    const int ArchitectureLinesMax = 200;

    static readonly string[] Rooms = [.. SourceTree.Folders("src")];

    static readonly IReadOnlyDictionary<string, IReadOnlySet<string>> TypesByRoom = Rooms.ToDictionary(
        room => room,
        room => (IReadOnlySet<string>)FilesBelow($"src/{room}/").Where(f => f.Extension == ".cs").SelectMany(f => TypeNames.Declared(f.Text)).ToHashSet(StringComparer.Ordinal));

    static readonly HashSet<string> TestMethods = [.. SourceTree.Files
        .Where(f => f.Extension == ".cs" && f.Path.StartsWith("tests/", StringComparison.Ordinal))
        .SelectMany(f => Method.Matches(f.Text).Select(m => m.Groups["name"].Value))];

    public static TheoryData<string> RoomNames => [.. Rooms];

    public static TheoryData<string> Markdown => [.. SourceTree.Files.Where(f => f.Extension == ".md").Select(f => f.Path)];

    public static TheoryData<string> Shipped => [.. SourceTree.Files
        .Where(f => f.Path == "appsettings.json" || (f.Extension is ".yaml" or ".yml" && !f.Path.StartsWith("tests/", StringComparison.Ordinal)))
        .Select(f => f.Path)];

    [Fact]
    public void Every_pattern_is_a_file_to_open_and_a_promise_that_a_test_can_break() =>
        Violations.None(DocumentRules.Patterns(SourceTree.Text("README.md"), SourceTree.Exists, TestMethods));

    [Fact]
    public void A_pattern_that_names_what_is_not_there_is_told()
    {
        const string readme = "| Pattern | Open this | Promise, as a test |\n|---|---|---|\n| 1 | `src/A.cs` | `It_holds` |\n| 2 | `src/B.cs` | `It_breaks` |\n| 3 | later | later |\n";
        Assert.Equal(
            [
                "Pattern '2' names src/B.cs, which does not exist.",
                "Pattern '2' names the test It_breaks, which does not exist.",
                "Pattern '3' must name a file to open and a test that holds its promise.",
            ],
            DocumentRules.Patterns(readme, path => path == "src/A.cs", new HashSet<string> { "It_holds" }));
        Assert.Equal(["README.md has no table of patterns."], DocumentRules.Patterns("# x\n", _ => true, TestMethods));
    }

    [Theory]
    [MemberData(nameof(Markdown))]
    public void Types_and_paths_that_a_document_names_exist(string document)
    {
        string text = SourceTree.Text(document);
        Violations.None(DocumentRules.Types(document, text, TypesByRoom));
        Violations.None(DocumentRules.Paths(document, text, SourceTree.Exists));
    }

    [Fact]
    public void A_type_or_path_that_is_not_there_is_told()
    {
        const string text = "`Facts.Sample` `Facts.SampleThatMoved` `Atlantis.City` `src/Facts/` `src/Facts/Gone.cs` `tests/{Unit,Golden}/x`";
        Assert.Equal(["a.md names Facts.SampleThatMoved; the room Facts has no such type."], DocumentRules.Types("a.md", text, TypesByRoom));
        Assert.Equal(["a.md names src/Facts/Gone.cs, which does not exist."], DocumentRules.Paths("a.md", text, SourceTree.Exists));
    }

    [Fact]
    public void The_map_tells_one_samples_journey_by_its_types()
    {
        string map = SourceTree.Text("ARCHITECTURE.md");
        Assert.True(MarkdownTable.Rows(map, "Stop").Count >= 10, "ARCHITECTURE.md tells the journey of one sample in at least ten stops.");
        Assert.InRange(map.Count(c => c == '\n'), 1, ArchitectureLinesMax);
    }

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void Every_room_says_on_one_page_what_it_gives_and_where_to_look(string room)
    {
        string readme = $"src/{room}/README.md";
        Assert.True(SourceTree.Exists(readme), $"{readme} is missing: Takes, Gives, Promises, Never, and what to open for a change.");
        string text = SourceTree.Text(readme);
        Assert.InRange(text.Count(c => c == '\n'), 3, RoomReadmeLinesMax);
        Assert.All(["Takes", "Gives", "Promises", "Never", "To change"], word => Assert.Contains(word, text, StringComparison.OrdinalIgnoreCase));
        Violations.None(DocumentRules.RoomFiles(readme, text, [.. FilesBelow($"src/{room}/").Select(f => f.Path)], SourceTree.Exists));
    }

    [Fact]
    public void A_room_that_names_a_file_it_does_not_have_is_told() =>
        Assert.Equal(["a names Gone.cs, which the room does not have."],
            DocumentRules.RoomFiles("a", "`Fact.cs` `Canonical/CanonicalReader.cs` `Gone.cs`", ["src/Facts/Fact.cs", "src/Facts/Canonical/CanonicalReader.cs"], _ => false));

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_document_that_is_shipped_can_be_read(string path) =>
        Assert.Empty(SettingsDocument.Parse(path, Encoding.UTF8.GetBytes(SourceTree.Text(path))).Violations);

    /// <summary>What a person copies from a page must be taken by the reader of the site's documents.</summary>
    [Theory]
    [MemberData(nameof(Markdown))]
    public void Documents_shown_on_a_page_are_read_as_they_stand(string document)
    {
        foreach (Match block in YamlBlock.Matches(SourceTree.Text(document)))
        {
            string indentation = block.Groups["indentation"].Value;
            string yaml = block.Groups["yaml"].Value.Replace("\n" + indentation, "\n", StringComparison.Ordinal)[indentation.Length..];
            SettingsDocument shown = SettingsDocument.Parse(document, Encoding.UTF8.GetBytes(yaml));
            Assert.Empty(shown.Violations);
            switch (shown.Root.OptionalText("kind"))
            {
                case "Site": SiteDefinition.Read(shown); shown.ThrowIfInvalid(); break;
                case "Tags": TagCatalogue.Read(shown); shown.ThrowIfInvalid(); break;
                default: break;
            }
        }
    }

    [Fact]
    public void Every_key_of_the_boxs_settings_is_explained_and_no_other()
    {
        SettingsDocument document = SettingsDocument.Parse("appsettings.json", Encoding.UTF8.GetBytes(SourceTree.Text("appsettings.json")));
        string[] keys = [.. SettingsKeys.Leaves(document.Root)];
        string[] explained = [.. MarkdownTable.Rows(SourceTree.Text("docs/operating/settings.md"), "Key").Select(row => row["Key"].Trim('`'))];
        Assert.NotEmpty(keys);
        Assert.Equal(keys, explained);
    }

    [Fact]
    public void Every_decision_has_a_number_of_its_own()
    {
        string[] numbers = [.. SourceTree.Files.Where(f => f.Path.StartsWith("docs/decisions/", StringComparison.Ordinal)).Select(f => Path.GetFileName(f.Path)[..4])];
        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Distinct(), numbers);
        Assert.All(numbers, number => Assert.Matches(@"^\d{4}$", number));
    }

    static IEnumerable<SourceFile> FilesBelow(string folder) => SourceTree.Files.Where(f => f.Path.StartsWith(folder, StringComparison.Ordinal));

    [GeneratedRegex(@"^(?<indentation> *)```yaml\n(?<yaml>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock { get; }

    [GeneratedRegex(@"\b(?:void|Task|ValueTask)\s+(?<name>\w+)\s*\(")]
    private static partial Regex Method { get; }
}
