namespace EdgeRuntime.Inference.Determinism;

/// <summary>One freshly opened session of a model, to be asked in any order and batch size.</summary>
interface IProbe : IDisposable
{
    /// <summary>Floats of one answer.</summary>
    int AnswerLength { get; }

    /// <summary>Whether more than one question can be asked at once.</summary>
    bool TakesBatches { get; }

    /// <summary>Asks <paramref name="count"/> questions at once; false when the runtime gave no answer within <paramref name="limit"/>.</summary>
    bool TryAsk(ReadOnlySpan<float> questions, int count, Span<float> answers, TimeSpan limit);
}
