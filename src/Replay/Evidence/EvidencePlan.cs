using System.Text;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Replay.Evidence;

/// <summary>What decided, as the archive keeps it.</summary>
static class EvidencePlan
{
    public static void Add(SortedDictionary<string, ReadOnlyMemory<byte>> files, EvidenceFacts facts, PlanArchive archive)
    {
        files["plan/site.yaml"] = archive.DocumentBytes(facts.Activation.Site);
        files["plan/pipeline.yaml"] = archive.PipelineBytes(facts.Decision.Pipeline);
        files["plan/pipeline.canonical.json"] = Encoding.UTF8.GetBytes(archive.Pipeline(facts.Decision.Pipeline).CanonicalForm);
        if (!facts.Decision.Rules.IsNone)
            files["plan/rules.yaml"] = archive.DocumentBytes(facts.Decision.Rules);
        foreach (Digest serving in new[] { facts.Activation.Serving, facts.Decision.Serving }.Where(s => !s.IsNone).Distinct())
        {
            foreach ((string name, ReadOnlyMemory<byte> bytes) in archive.Release(serving).Files)
                files[$"plan/releases/{serving.Hex}/{name}"] = bytes;
        }
    }
}
