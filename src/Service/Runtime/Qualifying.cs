using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Registry;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Has every model that is put in force measured for how well it repeats itself on this box, and one that stays in force whenever something that can change
/// its bits is not what it was measured on. A release that several assets run is measured once.
/// </summary>
sealed class Qualifying(IPlanArchive archive, ArmLoader arms, string build)
{
    readonly Dictionary<(Digest Serving, bool Simple), Qualification?> _found = [];

    /// <param name="isNew">The activations are about to be written; else they are in force already.</param>
    /// <param name="sentences">Told what could not be measured; it runs nevertheless, and a replay promises nothing about it.</param>
    public IEnumerable<Qualification> Of(IReadOnlyList<Activation> activations, bool isNew, JournalSurvey survey, ICollection<string> sentences)
    {
        foreach (Activation activation in activations)
        {
            if (activation.Serving.IsNone)
                continue;
            ArmRole[] roles = activation.Role == ArmRole.Primary ? [ArmRole.Primary, ArmRole.Simple] : [activation.Role];
            foreach (ArmRole role in roles)
            {
                if (Measure(activation, role, isNew ? null : survey.QualificationOf(activation.Asset, role, activation.Serving), sentences) is { } found)
                    yield return found with { Asset = activation.Asset, Role = role };
            }
        }
    }

    Qualification? Measure(Activation activation, ArmRole role, Qualification? known, ICollection<string> sentences)
    {
        try
        {
            (Digest, bool) key = (activation.Serving, role == ArmRole.Simple);
            if (_found.TryGetValue(key, out Qualification? before))
                return before;
            ServingPlan plan = archive.Release(activation.Serving);
            if (known is not null && known.Build == build && known.Environment == arms.EnvironmentOf(plan))
                return null;
            return _found[key] = arms.Qualify(plan, role, activation.Asset, build);
        }
        catch (Exception e) when (e is ArmRefusedException or PlanBrokenException)
        {
            sentences.Add($"{activation.Asset}: how well {activation.Release} repeats itself could not be measured: {e.Message}");
            return null;
        }
    }
}
