using System.Collections.Frozen;

namespace EdgeRuntime.Settings.Site;

/// <summary>What a tag's values are.</summary>
public enum TagType
{
    Double,
    Int64,
    Bool,
    String,
}

/// <summary>The contract of one tag: what every source that feeds it and every pipeline that reads it must agree on.</summary>
/// <param name="Id">By convention <c>asset.signal</c>.</param>
/// <param name="Unit">Engineering unit as text (UCUM where it has one); empty for none.</param>
/// <param name="Low">Lowest value the instrument can give; null when not stated.</param>
/// <param name="High">Highest value the instrument can give; null when not stated.</param>
public sealed record TagContract(string Id, TagType Type, string Unit, double? Low, double? High, string Description)
{
    /// <summary>How often a value is expected, by the clock of its source; null: nobody is surprised by silence.</summary>
    public TimeSpan? ExpectEvery { get; init; }
}

/// <summary>The tags of a site: <c>tags.yaml</c>. A value for a tag that is not here is refused, not guessed.</summary>
public sealed class TagCatalogue
{
    static readonly Dictionary<string, TagType> Types = new()
    {
        ["double"] = TagType.Double,
        ["int64"] = TagType.Int64,
        ["bool"] = TagType.Bool,
        ["string"] = TagType.String,
    };

    static readonly TimeSpan ExpectEveryMin = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan ExpectEveryMax = TimeSpan.FromDays(30);

    readonly FrozenDictionary<string, TagContract> _tags;

    public TagCatalogue(IEnumerable<TagContract> tags) => _tags = tags.ToFrozenDictionary(t => t.Id, StringComparer.Ordinal);

    public int Count => _tags.Count;

    public IEnumerable<TagContract> All => _tags.Values.OrderBy(t => t.Id, StringComparer.Ordinal);

    public TagContract? Find(string id) => _tags.GetValueOrDefault(id);

    public bool Contains(string id) => _tags.ContainsKey(id);

    /// <summary>Reads <c>tags.yaml</c>; call <see cref="SettingsDocument.ThrowIfInvalid"/> afterwards.</summary>
    public static TagCatalogue Read(SettingsDocument document)
    {
        SettingsNode root = document.Root;
        root.RequireKind("Tags");
        SettingsNode tags = root.Section("tags");
        var read = new List<TagContract>();
        foreach (string id in tags.Keys)
        {
            SettingsNode tag = tags.Section(id);
            (double? low, double? high) = tag.OptionalRange("range");
            TagType type = tag.ChoiceOr("type", TagType.Double, Types);
            if (low is not null && type is TagType.Bool or TagType.String)
                tag.Violate("range", $"does not fit type {tag.TextOr("type", "")}; only numbers have a range.");
            TimeSpan? every = tag.OptionalDuration("expectEvery");
            if (every is { } period && (period < ExpectEveryMin || period > ExpectEveryMax))
                tag.Violate("expectEvery", "must be from PT0.001S to P30D.");
            read.Add(new TagContract(id, type, tag.TextOr("unit", ""), low, high, tag.TextOr("description", "")) { ExpectEvery = every });
        }

        return new TagCatalogue(read.DistinctBy(t => t.Id));
    }
}
