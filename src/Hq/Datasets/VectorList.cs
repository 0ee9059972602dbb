using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>What a pipeline says → the whole vectors of one recording, and what was refused on the way.</summary>
/// <param name="clockErrorMax">How far a vector's time may be from the time at which its last input came; null: nobody knows that time.</param>
sealed class VectorList(TimeSpan? clockErrorMax)
{
    readonly List<EventTime> _times = [];
    readonly List<float[]> _rows = [];
    readonly List<RefusedMoment> _refusals = [];
    int _leftOut;

    /// <summary>Whether a sample's time is one that validation did not believe.</summary>
    internal static bool IsMistimed(SampleCheck check) => check.Fault is SampleFault.ClockJump or SampleFault.Implausible;

    /// <summary>Whether a time is further from that of its receipt than a clock may be wrong.</summary>
    internal static bool IsFar(EventTime at, EventTime received, TimeSpan max) => Math.Abs((double)at.UnixNanoseconds - received.UnixNanoseconds) > max.Ticks * 100.0;

    internal void Take(Fact fact, FactBatch batch)
    {
        if (fact is Validated validated)
            Take(validated, batch);
        else if (fact is FeatureVector vector)
            Take(vector, batch.Ingest);
    }

    internal FileVectors Close() => new(_times, _rows, _leftOut) { RefusedMoments = [.. _refusals.OrderBy(r => r.At.UnixNanoseconds)] };

    void Take(Validated validated, FactBatch batch)
    {
        foreach (SampleCheck check in validated.Faults)
        {
            // What is late or corrected is used, or has been replaced: nothing is wrong with the data of its moment.
            if (check.Fault is SampleFault.Late or SampleFault.Superseded)
                continue;
            EventTime at = IsMistimed(check) ? new EventTime(batch.Ingest.UnixNanoseconds) : batch.Samples[check.Index].Event;
            if (_refusals.Count == 0 || _refusals[^1] != new RefusedMoment(at, check.Fault.ToString()))
                _refusals.Add(new RefusedMoment(at, check.Fault.ToString()));
        }
    }

    void Take(FeatureVector vector, IngestTime ingest)
    {
        bool isTimed = (_times.Count == 0 || vector.At >= _times[^1]) && !(clockErrorMax is { } max && IsFar(vector.At, new EventTime(ingest.UnixNanoseconds), max));
        if (isTimed && vector.IsWhole)
        {
            _times.Add(vector.At);
            _rows.Add([.. vector.Values]);
            return;
        }

        _leftOut++;
        if (isTimed)
            _refusals.Add(new RefusedMoment(vector.At, vector.Gaps[0].Fault.ToString()));
    }
}
