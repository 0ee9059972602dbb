using EdgeRuntime.Tests.Architecture.Tree;
using Xunit;

namespace EdgeRuntime.Tests.Architecture;

public sealed class TreeIsTidyTests
{
    static readonly string[] Rooms = [.. SourceTree.Folders("src")];

    static readonly Dictionary<string, Func<IEnumerable<SourceFile>, IEnumerable<string>>> Rules = new()
    {
        ["no drawers"] = TreeRules.DrawerFolders,
        ["nothing unfinished"] = TreeRules.Unfinished,
        ["no test skipped by attribute"] = TreeRules.SkippedByAttribute,
        ["no machine paths"] = TreeRules.MachinePaths,
        ["no registry hosts"] = TreeRules.RegistryHosts,
        ["no package sources"] = TreeRules.PackageSources,
        ["no data"] = TreeRules.TooLarge,
        ["no empty nouns"] = TreeRules.EmptyTypeNames,
        ["no type named like a room"] = files => TreeRules.TypesNamedLikeRooms(files, Rooms),
    };

    public static TheoryData<string> RuleNames => [.. Rules.Keys];

    /// <summary>One planted file per rule. The marks are put together here so that this file holds none of them.</summary>
    static readonly Dictionary<string, SourceFile[]> Planted = new()
    {
        ["no drawers"] = [File("src/Journal/Utils/Bytes.cs", ""), File("src/Hmi/models/A.razor", "")],
        ["nothing unfinished"] = [File("src/Journal/A.cs", "// TO" + "DO later"), File("src/Journal/B.cs", "throw new NotImplemented" + "Exception();")],
        ["no test skipped by attribute"] = [File("tests/Unit/ATests.cs", "[Fact(Sk" + "ip = \"slow\")]")],
        ["no machine paths"] = [File("docs/a.md", "see /ro" + "ot/notes"), File("src/Journal/A.cs", "\"/ho" + "me/me/x\""), File("a.md", "C:\\Us" + "ers\\me")],
        ["no registry hosts"] = [File("tests/run.sh", "curl https://api.nu" + "get.org/v3")],
        ["no package sources"] = [File("NuGet.config", "")],
        ["no data"] = [new("tests/a.csv", "", 2_000_000)],
        ["no empty nouns"] = [File("src/Journal/A.cs", "sealed class SegmentManager;"), File("firmware-sim/B.cs", "record PumpData(int A);")],
        ["no type named like a room"] = [File("src/Journal/A.cs", "public sealed class Journal;")],
    };

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void The_tree_keeps_the_rule(string rule) => Violations.None(Rules[rule](SourceTree.Files));

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void The_rule_finds_what_was_planted(string rule) =>
        Assert.All(Planted[rule], file => Assert.StartsWith(file.Path, Assert.Single(Rules[rule]([file])), StringComparison.Ordinal));

    [Fact]
    public void The_tree_was_really_read()
    {
        Assert.Contains(SourceTree.Files, f => f.Path == "src/Facts/Fact.cs" && f.Text.Contains("record Fact", StringComparison.Ordinal));
        Assert.DoesNotContain(SourceTree.Files, f => f.Path.StartsWith("artifacts/", StringComparison.Ordinal));
    }

    [Fact]
    public void The_top_of_the_repository_holds_only_what_belongs_there()
    {
        Violations.None(TreeRules.TopLevel(SourceTree.TopLevel));
        Assert.Equal(["PLAN.md does not belong at the top of the repository."], TreeRules.TopLevel(["README.md", "PLAN.md", "src"]));
    }

    [Fact]
    public void The_usual_words_are_not_mistaken_for_marks()
    {
        SourceFile file = File("tests/Unit/ATests.cs", "int Skip => 1; if (Skip == 2) { } list.Skip(3); // a workaround, https://example.org/home/page ${HOME}/home/x ~/project/x");
        Assert.All(Rules.Values, rule => Assert.Empty(rule([file])));
    }

    static SourceFile File(string path, string text) => new(path, text, text.Length);
}
