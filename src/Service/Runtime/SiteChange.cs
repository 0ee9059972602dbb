using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Service.Box;

namespace EdgeRuntime.Service.Runtime;

/// <summary>Says which of the site's documents are in force from here on, each by digest, and keeps their bytes.</summary>
sealed class SiteChange(string who, string why)
{
    public const string DocumentAction = "document";

    /// <summary>One fact per document that is another one than the journal last named, or that is gone.</summary>
    public IReadOnlyList<Fact> DocumentsThatDiffer(SiteDocuments site, JournalSurvey survey, PlanArchive archive)
    {
        var facts = new List<Fact>();
        foreach ((string file, ReadOnlyMemory<byte> bytes) in site.Files)
        {
            var digest = Digest.Of(bytes.Span);
            archive.KeepDocument(bytes);
            Digest before = survey.DocumentOf(file);
            if (before != digest)
                facts.Add(new Audit(who, DocumentAction, file, TextOf(before), digest.ToString(), why));
        }

        foreach (string gone in survey.Documents.Where(file => !site.Files.ContainsKey(file)))
            facts.Add(new Audit(who, DocumentAction, gone, TextOf(survey.DocumentOf(gone)), "", why));
        return facts;
    }

    static string TextOf(Digest digest) => digest.IsNone ? "" : digest.ToString();
}
