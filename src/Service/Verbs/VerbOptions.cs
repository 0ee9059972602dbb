using System.CommandLine;

namespace EdgeRuntime.Service.Verbs;

/// <summary>Options that mean the same in every verb.</summary>
static class VerbOptions
{
    public static Option<string> Settings() => new("--settings")
    {
        Description = "The box's settings file.",
        DefaultValueFactory = _ => "appsettings.json",
    };

    public static Option<string?> Data() => new("--data") { Description = "The data folder; unless given, the one that the settings name." };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object instead of text." };
}
