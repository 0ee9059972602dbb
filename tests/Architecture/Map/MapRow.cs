namespace EdgeRuntime.Tests.Architecture.Map;

/// <summary>One row of a table in ARCHITECTURE.md: a room, or an executable beside them.</summary>
/// <param name="MayUse">Names of rooms; for "all above" every row before this one.</param>
sealed record MapRow(string Name, IReadOnlyList<string> MayUse, IReadOnlyList<string> Packages);
