using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Service.Verbs;

/// <summary>What the journal names of the site: its assets, as they were named last, and the tags document in force at every frame.</summary>
sealed class SiteOverTime
{
    readonly SortedDictionary<string, AssetDefinition> _assets = new(StringComparer.Ordinal);
    readonly List<(long Frame, TagCatalogue Tags)> _tags = [];
    readonly List<string> _missing = [];

    SiteOverTime()
    {
    }

    public IReadOnlyCollection<AssetDefinition> Assets => _assets.Values;

    /// <summary>A sentence for everything that could not be read, so that names or units are missing.</summary>
    public IReadOnlyList<string> Missing => _missing;

    public static SiteOverTime Of(DataFolder folder)
    {
        var site = new SiteOverTime();
        foreach (JournalEntry entry in folder.ReadOrigin(Origins.Service))
        {
            if (entry.Batch is not { } stored)
            {
                site._missing.Add($"Something in {entry.Damage!.Segment} is lost: {entry.Damage.What}. Assets and units that were named there are missing; 'edgeruntime verify' says more.");
                continue;
            }

            foreach (Audit document in stored.Batch.Facts.OfType<Audit>().Where(a => a.Action == SiteChange.DocumentAction))
                site.Take(folder.Archive, stored.Frame, document);
        }

        return site;
    }

    public AssetDefinition? Find(string asset) => _assets.GetValueOrDefault(asset);

    /// <summary>Whether a tag is a signal of the asset: by its name, or because the site says so.</summary>
    public bool IsOf(AssetDefinition asset, string tag) => asset.Signals.Values.Contains(tag, StringComparer.Ordinal)
        || _assets.Values.Where(a => tag.StartsWith(a.Id + ".", StringComparison.Ordinal)).MaxBy(a => a.Id.Length) == asset;

    /// <summary>The tags that a document ever named.</summary>
    public IEnumerable<string> Tags => _tags.SelectMany(t => t.Tags.All).Select(t => t.Id).Distinct();

    /// <summary>The unit of a tag when a frame was stored; empty where it had none or nobody knows.</summary>
    public string UnitOf(string tag, long frame)
    {
        int low = 0, high = _tags.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_tags[middle].Frame <= frame)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? "" : _tags[low - 1].Tags.Find(tag)?.Unit ?? "";
    }

    void Take(PlanArchive archive, long frame, Audit document)
    {
        if (!Digest.TryParse(document.After, out Digest digest))
            return;
        if (document.Subject == "tags.yaml")
        {
            if (archive.Tags(digest) is { } tags)
                _tags.Add((frame, tags));
            else
                _missing.Add($"The tags document {digest.Short}, in force from frame {frame} on, is not kept as it was; units are those of the one before.");
        }
        else if (document.Subject == "site.yaml")
        {
            try
            {
                foreach (AssetDefinition asset in archive.Site(digest).Assets)
                    _assets[asset.Id] = asset;
            }
            catch (PlanBrokenException e)
            {
                _missing.Add($"Assets named in frame {frame} are missing: {e.Message}");
            }
        }
    }
}
