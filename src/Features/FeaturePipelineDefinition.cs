using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Features.Definition;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Features;

/// <summary>A feature pipeline as its document says (<c>kind: FeaturePipeline</c>), and the identity that every vector cites.</summary>
public sealed class FeaturePipelineDefinition
{
    internal const string DocumentKind = "FeaturePipeline";
    internal const string EachEventTime = "each-event-time";

    /// <summary>e^-40 is 4e-18; half a last bit of a double is 1e-16.</summary>
    const double TimeConstantsUntilForgotten = 40;

    readonly string _file;

    internal FeaturePipelineDefinition(PipelineDocument document)
    {
        _file = document.File;
        Id = document.Id;
        Version = document.Version;
        Every = document.Every;
        Lateness = document.Lateness;
        IdleAfter = document.IdleAfter;
        Jump = document.Jump;
        Hold = document.Hold;
        Sources = document.Sources;
        CorrectWithin = document.CorrectWithin;
        JournalStages = document.JournalStages;
        Inputs = document.Inputs;
        Features = document.Features;
        Order = document.Order;
        Columns = document.Columns;
        CanonicalForm = Definition.CanonicalForm.Of(this);
        Stages = Definition.CanonicalForm.StagesOf(this);
        Identity = Digest.Of(Encoding.UTF8.GetBytes(CanonicalForm));
    }

    public string Id { get; }

    public string Version { get; }

    /// <summary>Distance of the vectors on a grid that is aligned to the Unix epoch; null: one vector at each event time that carries a sample.</summary>
    public TimeSpan? Every { get; }

    /// <summary>How long after its event time a sample may come and still be waited for.</summary>
    public TimeSpan Lateness { get; }

    /// <summary>A source that has not moved its time on for this long, by ticks, is no longer waited for.</summary>
    public TimeSpan IdleAfter { get; }

    /// <summary>A larger step of a source's clock is not believed until it has held.</summary>
    public TimeSpan Jump { get; }

    /// <summary>How long a step must hold to be believed.</summary>
    public TimeSpan Hold { get; }

    /// <summary>The sources whose time has rules of its own, by name.</summary>
    public IReadOnlyList<SourceTimeRules> Sources { get; }

    /// <summary>How far behind the newest vector late data still makes corrections of vectors that are out; zero: none.</summary>
    public TimeSpan CorrectWithin { get; }

    /// <summary>The outputs of the stages before the vector are facts in the journal too.</summary>
    public bool JournalStages { get; }

    /// <summary>The stages in the order in which they rest on each other, each with the version of what it does.</summary>
    public IReadOnlyList<PipelineStage> Stages { get; }

    /// <summary>The signals, in document order.</summary>
    public IReadOnlyList<SignalInput> Inputs { get; }

    /// <summary>The vector's features in order: the model's contract.</summary>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>How far before a vector's moment its windows and lags reach. What remembers for ever (a running mean, a value held without limit) reaches further.</summary>
    public TimeSpan Reach => Features.Select(f => f.Window + f.Lag).Concat(Inputs.Select(i => i.MaxAge ?? TimeSpan.Zero)).DefaultIfEmpty(TimeSpan.Zero).Max();

    /// <summary>
    /// How far before a moment samples must be taken so that nothing before them changes the vector but a value that is held: <see cref="Reach"/>, and forty
    /// time constants of the slowest running mean, after which what was before it weighs less than the last bit of a double.
    /// </summary>
    public TimeSpan WarmUp => Reach + (SlowestTimeConstant * TimeConstantsUntilForgotten);

    /// <summary>The largest time constant of a running mean; zero: there is none.</summary>
    public TimeSpan SlowestTimeConstant => Features.Select(f => f.TimeConstant).DefaultIfEmpty(TimeSpan.Zero).Max();

    /// <summary>The text whose SHA-256 is <see cref="Identity"/>: key-sorted JSON with every default written out.</summary>
    public string CanonicalForm { get; }

    /// <summary>SHA-256 of <see cref="CanonicalForm"/> in UTF-8. Comments, key order, spacing and the file's name do not change it; every parameter does.</summary>
    public Digest Identity { get; }

    /// <summary>All features in document order.</summary>
    internal IReadOnlyList<FeatureDefinition> Features { get; }

    /// <summary>What the columns need, in an order in which it can be computed.</summary>
    internal IReadOnlyList<FeatureDefinition> Order { get; }

    /// <summary>What is computed in the base (or else the derived) stage, in document order.</summary>
    internal IEnumerable<FeatureDefinition> Computed(bool derived) => Features.Where(f => f.Operator.IsDerived() == derived && Order.Contains(f));

    /// <summary>The rules for a source: its own, or those of the document.</summary>
    internal SourceTimeRules RulesOf(string source) => Sources.FirstOrDefault(s => s.Source == source) ?? new SourceTimeRules(source, Lateness, Jump);

    /// <summary>Reads the document; call <see cref="SettingsDocument.ThrowIfInvalid"/> afterwards. Of a document with violations only these are of use.</summary>
    public static FeaturePipelineDefinition Read(SettingsDocument document) => new(PipelineDocument.Read(document));

    /// <summary>The sources with rules of their own that the box does not have: a rule for a misspelt source would never be applied.</summary>
    public IReadOnlyList<SettingsViolation> CheckSources(IReadOnlyCollection<string> known) =>
        [.. Sources.Where(s => !known.Contains(s.Source)).Select(s => new SettingsViolation(
            _file, 1, "sources", $"names '{s.Source}', which is not a source of this site; the sources are {string.Join(", ", known)}."))];

    /// <summary>What stands between this pipeline and the tags of an asset: a tag that does not exist, is no number, has another unit, or serves two signals.</summary>
    public IReadOnlyList<SettingsViolation> Check(AssetDefinition asset, TagCatalogue tags)
    {
        var violations = new List<SettingsViolation>();
        var signalOf = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < Inputs.Count; i++)
        {
            SignalInput input = Inputs[i];
            string tag = asset.TagOf(input.Signal);
            if (Objection(input, asset.Id, tag, tags.Find(tag)) is { } rule)
                violations.Add(new SettingsViolation(_file, input.Line, $"inputs[{i}].signal", rule));
            else if (!signalOf.TryAdd(tag, input.Signal))
                violations.Add(new SettingsViolation(_file, input.Line, $"inputs[{i}].signal",
                    $"is '{input.Signal}', which is tag '{tag}' of asset '{asset.Id}' like signal '{signalOf[tag]}'; give each signal a tag of its own."));
        }

        return violations;
    }

    static string? Objection(SignalInput input, string asset, string tag, TagContract? contract) => contract switch
    {
        null => $"is '{input.Signal}', but tag '{tag}' of asset '{asset}' is not in the tag catalogue; add the tag or map the signal to one that exists.",
        { Type: TagType.String } => $"is '{input.Signal}', but tag '{tag}' of asset '{asset}' holds text; a feature needs a double, int64 or bool.",
        _ when contract.Unit != input.Unit =>
            $"is '{input.Signal}' in '{input.Unit}', but tag '{tag}' of asset '{asset}' is in '{contract.Unit}'; units are never converted, make them the same.",
        _ => null,
    };
}
