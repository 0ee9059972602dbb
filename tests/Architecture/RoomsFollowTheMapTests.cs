using EdgeRuntime.Tests.Architecture.Map;
using EdgeRuntime.Tests.Architecture.Tree;
using Xunit;

namespace EdgeRuntime.Tests.Architecture;

/// <summary>The table in ARCHITECTURE.md is what the project files say.</summary>
public sealed class RoomsFollowTheMapTests
{
    const string SmallMap = """
        | Room | May use | Packages |
        |---|---|---|
        | `Facts` | – | – |
        | `Journal` | Facts | `ParquetSharp` |
        | `Service` | all above | – |

        | Beside `src` | May use | Packages |
        |---|---|---|
        | `firmware-sim` | Facts | – |
        """;

    static readonly ProjectFile[] SmallRooms =
    [
        new("Facts", [], []),
        new("Journal", ["Facts"], ["ParquetSharp"]),
        new("Service", ["Facts", "Journal"], []),
    ];

    static readonly ProjectFile[] SmallBeside = [new("firmware-sim", ["Facts"], [])];

    [Fact]
    public void The_map_is_what_the_project_files_say()
    {
        ArchitectureMap map = ArchitectureMap.Parse(SourceTree.Text("ARCHITECTURE.md"));
        ProjectFile[] rooms = [.. SourceTree.Folders("src").Select(room => Project(room, $"src/{room}/EdgeRuntime.{room}.csproj"))];
        ProjectFile[] beside = [Project("firmware-sim", "firmware-sim/EdgeRuntime.FirmwareSim.csproj")];
        Assert.NotEmpty(rooms);
        Violations.None(MapRules.Violations(map, rooms, beside));

        static ProjectFile Project(string name, string path) => ProjectFile.Parse(name, SourceTree.Text(path));
    }

    [Fact]
    public void A_small_map_that_is_right_has_no_violations() =>
        Violations.None(MapRules.Violations(ArchitectureMap.Parse(SmallMap), SmallRooms, SmallBeside));

    public static TheoryData<string, string, string, string> WaysToDisagree => new()
    {
        { "no table at all", "| Room |", "| Raum |", "ARCHITECTURE.md has no table of rooms." },
        { "a room without a row", "| `Journal` | Facts | `ParquetSharp` |\n", "", "Journal has a project but no row on the map." },
        { "a row without a room", "| `Service` |", "| `Review` | – | – |\n| `Service` |", "Review has a row on the map but no project." },
        { "a room drawn twice", "| `Facts` | – | – |\n", "| `Facts` | – | – |\n| `Facts` | – | – |\n", "Facts has 2 rows on the map." },
        { "an edge that is only drawn", "| `Facts` | – | – |", "| `Facts` | Journal | – |", "Facts -> Journal is on the map, not in the project file." },
        { "an edge that is only real", "| `Journal` | Facts |", "| `Journal` | – |", "Journal -> Facts is in the project file, not on the map." },
        { "an edge down the table", "| `Facts` | – | – |", "| `Facts` | Journal | – |", "Facts -> Journal does not point up the table." },
        { "a package that is only drawn", "| `Facts` | – | – |", "| `Facts` | – | Serilog |", "Facts does not use the package Serilog that the map names." },
        { "a package that is only real", "`ParquetSharp`", "–", "Journal uses the package ParquetSharp, which the map does not name." },
        { "an executable without a row", "| `firmware-sim` | Facts | – |", "", "firmware-sim has a project but no row on the map." },
        { "an executable that uses no room", "| `firmware-sim` | Facts | – |", "| `firmware-sim` | Facts, Review | – |", "firmware-sim -> Review is not a room." },
    };

    [Theory]
    [MemberData(nameof(WaysToDisagree))]
    public void A_disagreement_is_told(string what, string from, string to, string sentence)
    {
        Assert.Contains(from, SmallMap, StringComparison.Ordinal);
        IReadOnlyList<string> violations = MapRules.Violations(ArchitectureMap.Parse(SmallMap.Replace(from, to, StringComparison.Ordinal)), SmallRooms, SmallBeside);
        Assert.True(violations.Contains(sentence), $"{what}: {string.Join(" | ", violations)}");
    }

    [Fact]
    public void A_project_file_gives_its_rooms_and_packages()
    {
        ProjectFile project = ProjectFile.Parse("Hmi", """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <ItemGroup>
                <ProjectReference Include="..\Facts\EdgeRuntime.Facts.csproj" />
                <ProjectReference Include="../../firmware-sim/EdgeRuntime.FirmwareSim.csproj" ReferenceOutputAssembly="false" />
                <PackageReference Include="Serilog" />
                <PackageReference Include="Microsoft.Extensions.Logging.Abstractions" />
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
              </ItemGroup>
            </Project>
            """);
        Assert.Equal(["Facts"], project.References);
        Assert.Equal(["Serilog", "Microsoft.AspNetCore.App"], project.Packages);
    }
}
