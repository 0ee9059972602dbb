using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Features.Operators;

/// <summary>Computes one feature at one moment.</summary>
abstract class FeatureStep
{
    /// <param name="moment">Nanoseconds since 1970; moments come in ascending order.</param>
    /// <param name="done">The features computed before this one at the same moment, by their place in the order of computation.</param>
    public abstract FeatureValue At(long moment, ReadOnlySpan<FeatureValue> done);

    /// <summary>
    /// True: what it gives rests on more than the histories still hold, so for a moment that is out it cannot be computed again.
    /// </summary>
    public virtual bool IsEndless => false;

    /// <summary>What the step remembers from one moment to the next and its histories do not; nothing unless told.</summary>
    public virtual void Save(CanonicalWriter to)
    {
    }

    /// <summary>Reads what <see cref="Save"/> wrote, into a step that has computed nothing yet.</summary>
    public virtual void Restore(ref CanonicalReader from)
    {
    }
}
