using System.Text;
using EdgeRuntime.Tests.Architecture.Tree;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Architecture;

/// <summary>A public type is a door to other rooms. Every door is a line in Doors.approved.txt, so that a new one is seen in review.</summary>
public sealed class DoorsTests
{
    /// <summary>After a reviewed change: <c>UPDATE_GOLDEN=1 dotnet run --project tests/Architecture</c>.</summary>
    [Fact]
    public void Every_door_is_approved()
    {
        var text = new StringBuilder("# Every public type of every room. Rewritten by: UPDATE_GOLDEN=1 dotnet run --project tests/Architecture\n");
        string[] doors = [.. SourceTree.Files
            .Where(f => f.Extension == ".cs" && f.Path.StartsWith("src/", StringComparison.Ordinal))
            .SelectMany(f => TypeNames.Doors(f.Text))
            .Distinct()
            .Order(StringComparer.Ordinal)];
        Assert.NotEmpty(doors);
        text.AppendJoin('\n', doors).Append('\n');
        GoldenFile.CheckText("tests/Architecture/Doors.approved.txt", text.ToString());
    }

    [Fact]
    public void Only_top_level_public_types_are_doors()
    {
        const string source = """
            namespace EdgeRuntime.Journal.Segments;

            /// <summary>public class Commented</summary>
            public sealed record SegmentName(int Number)
            {
                public enum Nested { A }
            }

            sealed class Inner;
            public readonly record struct Pair<T, U>(T A, U B);
            public static partial class Extra { }
            public interface IDisk { }
            public delegate void Told(int what);
            internal sealed class Written;
            """;
        Assert.Equal(
            ["Journal.Segments.SegmentName", "Journal.Segments.Pair<T, U>", "Journal.Segments.Extra", "Journal.Segments.IDisk", "Journal.Segments.Told"],
            TypeNames.Doors(source));
        Assert.Equal(["SegmentName", "Nested", "Inner", "Pair", "Extra", "IDisk", "Told", "Written"], TypeNames.Declared(source));
    }

    [Fact]
    public void A_difference_is_told_line_by_line()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "Facts.Old\nFacts.Same\n");
            string relative = Path.GetRelativePath(TestData.Repository, path);
            GoldenFile.CheckText(relative, "Facts.Old\nFacts.Same\n");
            if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
                return;
            GoldenMismatchException e = Assert.Throws<GoldenMismatchException>(() => GoldenFile.CheckText(relative, "Facts.New\nFacts.Same\n"));
            Assert.Contains("\n- Facts.Old\n+ Facts.New\n", e.Message, StringComparison.Ordinal);
            Assert.Throws<GoldenMismatchException>(() => GoldenFile.CheckText(relative + ".absent", "Facts.New\n"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
