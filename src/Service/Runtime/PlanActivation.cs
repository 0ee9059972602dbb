using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Gateway;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Service.Runtime;

/// <summary>What a start wants to put in force for the site, and what it had to refuse.</summary>
/// <param name="Facts">Activations that differ from those in force, each asset's with what its models' qualification found, and refusals; empty when nothing changes.</param>
/// <param name="Sentences">What people must know: refused releases, unsigned ones.</param>
sealed record PlanChange(IReadOnlyList<Fact> Facts, IReadOnlyList<string> Sentences);

/// <summary>
/// Compares what the site's documents want with what is in force, checks new releases (files, contract, golden run), archives everything by digest, and
/// says what to append. A release that is refused never takes the place of one that runs.
/// </summary>
/// <param name="who">Who wants it: <c>service</c> at a start, a person at a reload.</param>
/// <param name="now">What the expiry of signing keys is held against; null: it is not looked at.</param>
sealed class PlanActivation(BoxSettings box, SiteDocuments site, PlanArchive archive, ArmLoader arms, string build, string who = "service", string why = "start", EventTime? now = null)
{
    public PlanChange Plan(JournalSurvey survey)
    {
        var facts = new List<Fact>();
        var sentences = new List<string>();
        var qualifying = new Qualifying(archive, arms, build);
        archive.KeepDocument(site.SiteBytes);
        foreach (AssetDefinition asset in site.Site.Assets)
        {
            IReadOnlyList<Activation> before = survey.ActiveOf(asset.Id);
            IReadOnlyList<Activation> wanted = Wanted(asset, before, facts, sentences);
            bool isNew = !SameSet(before, wanted);
            if (isNew)
                facts.AddRange(wanted);
            facts.AddRange(qualifying.Of(wanted, isNew, survey, sentences));
        }

        foreach (string gone in survey.ActiveAssets.Except(site.Site.Assets.Select(a => a.Id), StringComparer.Ordinal))
            facts.Add(EndOf(survey.ActiveOf(gone)[0]));
        return new PlanChange(facts, sentences);
    }

    List<Activation> Wanted(AssetDefinition asset, IReadOnlyList<Activation> before, List<Fact> facts, List<string> sentences)
    {
        (FeaturePipelineDefinition pipeline, ReadOnlyMemory<byte> pipelineBytes) = site.Pipelines[asset.Pipeline];
        archive.KeepPipeline(pipeline, pipelineBytes);
        Candidate? primary = Open(asset, asset.Release, ArmRole.Primary, before, pipeline, facts, sentences)
            ?? StillInForce(asset, before, pipeline);
        RulesDefinition rules = RulesOf(asset, primary?.Plan);
        foreach (string misfit in rules.Misfits([.. pipeline.Columns.Select(c => c.Name)]))
            sentences.Add($"{asset.Id}: {misfit}");

        var wanted = new List<Activation> { ActivationOf(asset, ArmRole.Primary, primary, pipeline, rules.Identity) };
        foreach (string folder in asset.Shadows)
        {
            if (Open(asset, folder, ArmRole.Shadow, before, pipeline, facts, sentences) is { } shadow)
                wanted.Add(ActivationOf(asset, ArmRole.Shadow, shadow, pipeline, rules.Identity));
        }

        return wanted;
    }

    Candidate? Open(
        AssetDefinition asset, string folder, ArmRole role, IReadOnlyList<Activation> before, FeaturePipelineDefinition pipeline, List<Fact> facts, List<string> sentences)
    {
        if (folder.Length == 0)
            return null;
        string path = Path.Combine(box.RegistryFolder, folder);
        try
        {
            // A key that expired keeps new releases out; what it signed and what runs goes on.
            ReleasePolicy policy = box.Policy(now) with { WasTaken = serving => before.Any(a => a.Signed && a.Serving == serving) };
            ServingPlan plan = ReleaseCheck.Open(path, policy, role, pipeline, arms, out string environment);
            archive.KeepRelease(plan);
            if (!plan.Signed)
                sentences.Add($"{asset.Id}: {plan.Title} is not signed; it runs because this site allows unsigned releases (registry.allowUnsigned).");
            return new Candidate(plan, environment);
        }
        catch (Exception e) when (e is ReleaseRefusedException or ArmRefusedException or PlanBrokenException or SettingsException)
        {
            string sentence = $"{asset.Id}: the release in {folder} is refused as {(role == ArmRole.Shadow ? "shadow" : "primary")}: {e.Message}";
            sentences.Add(sentence);
            facts.Add(new Refusal { Stage = RefusalStage.Release, Subject = folder, Rule = "release-refused", Sentence = sentence, Values = 0 });
            return null;
        }
    }

    /// <summary>What ran before goes on when the new release was refused and the old one still fits the pipeline.</summary>
    Candidate? StillInForce(AssetDefinition asset, IReadOnlyList<Activation> before, FeaturePipelineDefinition pipeline)
    {
        if (asset.Release.Length == 0 || before is not [{ Serving.IsNone: false } last, ..] || last.Pipeline != pipeline.Identity)
            return null;
        try
        {
            return new Candidate(archive.Release(last.Serving) with { Signed = last.Signed }, last.Environment);
        }
        catch (PlanBrokenException)
        {
            // It was refused above and the old one is gone too: rules and "low confidence" answer, and the sentence above says why.
            return null;
        }
    }

    RulesDefinition RulesOf(AssetDefinition asset, ServingPlan? plan)
    {
        if (asset.Rules.Length > 0)
        {
            (RulesDefinition rules, ReadOnlyMemory<byte> bytes) = site.Rules[asset.Rules];
            archive.KeepDocument(bytes);
            return rules;
        }

        if (plan?.Manifest.Postprocessing.RulesFile is not { Length: > 0 } file)
            return RulesDefinition.None;
        RulesDefinition own = RulesDefinition.Read(SettingsDocument.Parse(file, plan.Files[file].ToArray()));
        archive.KeepDocument(plan.Files[file]);
        return own;
    }

    Activation ActivationOf(AssetDefinition asset, ArmRole role, Candidate? candidate, FeaturePipelineDefinition pipeline, Digest rules) => new()
    {
        Asset = asset.Id,
        Role = role,
        Release = candidate?.Plan.Title ?? "none",
        Serving = candidate?.Plan.Serving ?? Digest.None,
        Pipeline = pipeline.Identity,
        Rules = rules,
        Site = site.SiteDigest,
        Signed = candidate?.Plan.Signed ?? false,
        Build = build,
        Environment = candidate?.Environment ?? "",
        Who = who,
        Why = why,
    };

    /// <summary>The asset is in the site no more: nothing answers for it from here on.</summary>
    Activation EndOf(Activation last) => new()
    {
        Asset = last.Asset,
        Role = ArmRole.Primary,
        Release = "none",
        Serving = Digest.None,
        Pipeline = Digest.None,
        Rules = Digest.None,
        Site = site.SiteDigest,
        Signed = false,
        Build = build,
        Environment = "",
        Who = who,
        Why = why,
    };

    static bool SameSet(IReadOnlyList<Activation> before, IReadOnlyList<Activation> wanted) =>
        before.Count == wanted.Count && before.Zip(wanted).All(pair => pair.First with { Who = "", Why = "" } == pair.Second with { Who = "", Why = "" });

    sealed record Candidate(ServingPlan Plan, string Environment);
}
