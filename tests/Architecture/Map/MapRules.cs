namespace EdgeRuntime.Tests.Architecture.Map;

/// <summary>Where the map and the project files disagree, one sentence each.</summary>
static class MapRules
{
    public static IReadOnlyList<string> Violations(ArchitectureMap map, IReadOnlyList<ProjectFile> rooms, IReadOnlyList<ProjectFile> beside) =>
        [.. Empty(map), .. Table(map.Rooms, rooms), .. Table(map.Beside, beside), .. Downward(map)];

    static IEnumerable<string> Empty(ArchitectureMap map)
    {
        if (map.Rooms.Count == 0)
            yield return "ARCHITECTURE.md has no table of rooms.";
        if (map.Beside.Count == 0)
            yield return "ARCHITECTURE.md has no table of what lies beside src.";
    }

    static IEnumerable<string> Table(IReadOnlyList<MapRow> rows, IReadOnlyList<ProjectFile> projects)
    {
        foreach (string name in projects.Select(p => p.Name).Except(rows.Select(r => r.Name)))
            yield return $"{name} has a project but no row on the map.";
        foreach (IGrouping<string, MapRow> row in rows.GroupBy(r => r.Name).Where(g => g.Count() > 1))
            yield return $"{row.Key} has {row.Count()} rows on the map.";
        foreach (MapRow row in rows)
        {
            if (projects.FirstOrDefault(p => p.Name == row.Name) is not { } project)
            {
                yield return $"{row.Name} has a row on the map but no project.";
                continue;
            }

            foreach (string real in project.References.Except(row.MayUse))
                yield return $"{row.Name} -> {real} is in the project file, not on the map.";
            foreach (string drawn in row.MayUse.Except(project.References))
                yield return $"{row.Name} -> {drawn} is on the map, not in the project file.";
            foreach (string real in project.Packages.Except(row.Packages))
                yield return $"{row.Name} uses the package {real}, which the map does not name.";
            foreach (string drawn in row.Packages.Except(project.Packages))
                yield return $"{row.Name} does not use the package {drawn} that the map names.";
        }
    }

    static IEnumerable<string> Downward(ArchitectureMap map)
    {
        var above = new HashSet<string>(StringComparer.Ordinal);
        foreach (MapRow row in map.Rooms)
        {
            foreach (string used in row.MayUse.Where(u => !above.Contains(u)))
                yield return $"{row.Name} -> {used} does not point up the table.";
            above.Add(row.Name);
        }

        foreach (MapRow row in map.Beside)
        {
            foreach (string used in row.MayUse.Where(u => !above.Contains(u)))
                yield return $"{row.Name} -> {used} is not a room.";
        }
    }
}
