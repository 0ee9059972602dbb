using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>Why a sample was not used. The numbers are on disk.</summary>
public enum SampleFault : byte
{
    /// <summary>Outside the range that the tag's contract names.</summary>
    OutOfRange = 1,

    /// <summary>NaN, infinite, or not a number at all.</summary>
    NotANumber = 2,

    /// <summary>The very same value for longer than the tag's rule allows.</summary>
    Stuck = 3,

    /// <summary>Changed faster than the tag's rule allows.</summary>
    TooFast = 4,

    /// <summary>The source itself said the value is bad.</summary>
    BadQuality = 5,

    /// <summary>Arrived after a vector of its time was out: stored, never changes that vector, used by later vectors whose windows contain it.</summary>
    Late = 6,

    /// <summary>The source gave no value.</summary>
    Missing = 7,

    /// <summary>Two samples of one tag with the same time: the later arrival is used, this one was there first and stays stored.</summary>
    Superseded = 8,

    /// <summary>Its time cannot be believed: more than a day ahead of the box and of everything that came before.</summary>
    Implausible = 9,

    /// <summary>Its source's clock has stepped further than is believed at once; after the step has held, samples are taken again.</summary>
    ClockJump = 10,
}

/// <summary>One sample that was not used, by its index in the input batch, and why.</summary>
public readonly record struct SampleCheck(int Index, SampleFault Fault);

/// <summary>
/// What validation found in one input batch. Written only when it found something: silence means that every sample of the batch
/// that the pipeline knows was used as it came.
/// </summary>
/// <param name="Pipeline">Identity of the pipeline whose rules were applied.</param>
/// <param name="Input">The batch that was checked.</param>
public sealed record Validated(string Asset, Position Input, Digest Pipeline, IReadOnlyList<SampleCheck> Faults) : Fact
{
    public override FactKind Kind => FactKind.Validated;

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Asset);
        to.Position(Input);
        to.Digest(Pipeline);
        to.Count(Faults.Count);
        foreach (SampleCheck check in Faults)
        {
            to.Count(check.Index);
            to.Named(check.Fault);
        }
    }

    internal static Validated Read(ref CanonicalReader from)
    {
        string asset = from.Text();
        Position input = from.Position();
        Digest pipeline = from.Digest();
        var faults = new SampleCheck[from.Count(bytesEach: 2)];
        for (int i = 0; i < faults.Length; i++)
            faults[i] = new SampleCheck(from.Index(), from.Named<SampleFault>());

        return new Validated(asset, input, pipeline, faults);
    }
}
