using EdgeRuntime.Facts;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Fallback.Rules;

/// <summary>The rules of a plant or a release: rules.yaml.</summary>
/// <param name="Identity">SHA-256 of the document's bytes.</param>
public sealed record RulesDefinition(Digest Identity, IReadOnlyList<PlantRule> Rules)
{
    /// <summary>What a rule may say; other states need a version of their own.</summary>
    static readonly Dictionary<string, DecisionState> States = new() { ["anomaly"] = DecisionState.Anomaly };

    /// <summary>No rules at all.</summary>
    public static RulesDefinition None { get; } = new(Digest.None, []);

    /// <summary>Reads the document and throws when it breaks a rule.</summary>
    /// <exception cref="SettingsException">With everything that is wrong.</exception>
    public static RulesDefinition Read(SettingsDocument document)
    {
        SettingsNode root = document.Root;
        root.RequireKind("Rules");
        var rules = new List<PlantRule>();
        foreach (SettingsNode node in root.List("rules"))
        {
            string name = node.Text("name");
            if (rules.Exists(r => r.Name == name))
                node.Violate("name", $"is '{name}' a second time; every rule has a name of its own.");
            node.ChoiceOr("state", DecisionState.Anomaly, States);
            SettingsNode when = node.Section("when");
            double? above = when.OptionalNumber("above");
            double? below = when.OptionalNumber("below");
            if (above is null == below is null)
                node.Violate("when", "must have either above or below.");
            rules.Add(new PlantRule(name, when.Text("feature"), above, below, when.DurationOr("for", TimeSpan.Zero), node.Text("say")));
        }

        document.ThrowIfInvalid();
        return new RulesDefinition(Digest.Of(document.Bytes.Span), rules);
    }

    /// <summary>One violation, with its line, per rule of the document that names a feature the pipeline does not have.</summary>
    public static IReadOnlyList<SettingsViolation> Check(SettingsDocument document, IReadOnlyList<string> features)
    {
        // Read anew: the document may have been found good and closed, and rules do not carry lines.
        var again = SettingsDocument.Parse(document.File, document.Bytes.ToArray());
        foreach (SettingsNode when in again.Root.List("rules").Select(rule => rule.Section("when")))
        {
            string feature = when.Text("feature");
            if (!features.Contains(feature))
                when.Violate("feature", $"is '{feature}', which the pipeline does not give; it gives {string.Join(", ", features)}.");
        }

        return again.Violations;
    }

    /// <summary>One sentence per rule that names a feature the pipeline does not have.</summary>
    public IEnumerable<string> Misfits(IReadOnlyList<string> features) =>
        Rules.Where(r => !features.Contains(r.Feature)).Select(r => $"Rule '{r.Name}' asks for the feature '{r.Feature}', which the pipeline does not give.");
}
