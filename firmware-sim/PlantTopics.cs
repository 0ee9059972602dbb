using System.Buffers;

namespace EdgeRuntime.FirmwareSim;

/// <summary>
/// Topics of an asset. The telemetry topic comes from a template with <c>{asset}</c>; truth and commands lie beside it: the last level is replaced.
/// </summary>
sealed class PlantTopics
{
    public const string TelemetryUnlessTold = "plant/{asset}/telemetry";
    public const string ByTagUnlessTold = "plant/{asset}/{signal}";

    static readonly SearchValues<char> NotInLevel = SearchValues.Create("+#/\0{}");

    readonly string _template;
    readonly string _beside;

    /// <exception cref="UsageException">The template cannot be published to.</exception>
    public PlantTopics(string template)
    {
        int last = template.LastIndexOf('/');
        if (!template.Contains("{asset}", StringComparison.Ordinal) || last <= 0 || template.AsSpan().ContainsAny("+#\0") || template.StartsWith('$'))
            throw new UsageException($"--topic is '{template}'; it must be a topic of at least two levels that contains {{asset}} and no wildcard, such as {TelemetryUnlessTold}.");
        if (!template[..last].Contains("{asset}", StringComparison.Ordinal))
            throw new UsageException($"--topic is '{template}'; {{asset}} must stand before the last level, so that each asset's truth has a topic of its own.");
        _template = template;
        _beside = template[..(last + 1)];
    }

    public bool HasSignal => _template.Contains("{signal}", StringComparison.Ordinal);

    public string Telemetry(string asset) => _template.Replace("{asset}", asset, StringComparison.Ordinal);

    public string Telemetry(string asset, string signal) => Telemetry(asset).Replace("{signal}", signal, StringComparison.Ordinal);

    public string Truth(string asset) => _beside.Replace("{asset}", asset, StringComparison.Ordinal) + "truth";

    public string Command(string asset) => _beside.Replace("{asset}", asset, StringComparison.Ordinal) + "command";

    /// <summary>A name that becomes a topic level.</summary>
    /// <exception cref="UsageException">It holds a character with a meaning in topics.</exception>
    public static string Level(string option, string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny(NotInLevel))
            throw new UsageException($"{option} is '{name}'; it becomes a level of a topic and must not be empty or contain + # / {{ or }}.");
        return name;
    }
}
