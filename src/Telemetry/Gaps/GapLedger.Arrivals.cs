using EdgeRuntime.Facts;

namespace EdgeRuntime.Telemetry.Gaps;

/// <content>What arrives, and what the engine found in it.</content>
partial class GapLedger
{
    void TakeArrival(long frame, FactBatch batch, int taken)
    {
        SourceWatch source = SourceOf(batch.Origin);
        _stored += batch.Samples.Count + taken;
        TakeRefusals(source, batch, anyStored: batch.Samples.Count + taken > 0);
        if (taken > 0 && _left == SamplesLeft.Nothing)
            SpokeUnheard(source);
        if (batch.Samples.Count == 0)
            return;
        if (taken == 0)
            _unjudged.Add(frame, batch);
        if (FirstBelievable(batch) is { } first)
            SourceSpeaks(source, first);
        foreach (Sample sample in batch.Samples)
        {
            if (TagOf(sample.Tag) is { } tag)
                TagSpeaks(source, tag, sample, batch.Ingest);
        }

        // A verdict names its samples by their place in the whole batch, which they lost.
        if (taken > 0)
            Judge(batch, Nothing);
        JudgeSilence(source);
    }

    /// <summary>Of a message of which something was taken, the rest is counted but is no interval: the source was there.</summary>
    void TakeRefusals(SourceWatch source, FactBatch batch, bool anyStored)
    {
        foreach (Fact fact in batch.Facts)
        {
            if (fact is not Refusal { Values: > 0 } refusal)
                continue;
            _refused[refusal.Rule] = _refused.GetValueOrDefault(refusal.Rule) + refusal.Values;
            if (anyStored)
                continue;
            GapCause cause = refusal.Rule == RefusalRules.Overflow ? GapCause.Overflow : GapCause.Quarantined;
            EventTime at = source.Clock ?? new EventTime(batch.Ingest.UnixNanoseconds);
            if (source.Refused is { } other && other.Cause != cause)
            {
                Close(other.EndedAt(at, source.Name, ""));
                source.Refused = null;
            }

            (source.Refused ??= new FaultRun(cause, at)).Add(at, refusal.Values);
        }

        if (source.Refused is { } over && anyStored)
        {
            if (batch.Samples.Count > 0)
                Close(over.EndedAt(batch.Samples[0].Event, source.Name, ""));
            source.Refused = null;
        }
    }

    /// <summary>
    /// While the source is down, what still comes was on its way before (or is the first of what comes after, a moment before the source is known to be back):
    /// a small step moves the gap's beginning, a large one is a gap.
    /// </summary>
    void SourceSpeaks(SourceWatch source, EventTime at)
    {
        if (source.DownSince is { } since)
        {
            long step = at.UnixNanoseconds - since.UnixNanoseconds;
            bool small = source.ShortestPeriod > 0 ? step <= PeriodsMax * source.ShortestPeriod : source.Down is not null && step <= StragglerNanoseconds;
            if (step > 0 && !small)
            {
                Close(new Gap(source.Name, "", since, at, source.DownCause, 0));
                source.Resumed = at;
                source.Spoke = true;
            }

            if (source.Down is null && (step > 0 || step < -BacklogNanoseconds))
                source.DownSince = null;
            else if (step > 0)
                source.DownSince = at;
        }
    }

    void TagSpeaks(SourceWatch source, TagWatch tag, in Sample sample, IngestTime now)
    {
        EventTime at = sample.Event;
        if (!IsBelievable(at, now))
            return;
        tag.Source = source.Name;
        if (tag.OffSince is { } off)
            BoxIsBack(tag, off, at);
        if (tag.SilentSince is { } silent && at > silent)
        {
            Close(new Gap(source.Name, tag.Tag, silent, at, GapCause.Unknown, 0));
            tag.SilentSince = null;
        }

        if (tag.Last is not { } last || at > last)
            tag.Last = at;
        if (source.Clock is not { } clock || at > clock)
            source.Clock = at;
        if (tag.Period > 0 && tag.Alarm != source)
            SetAlarm(source, tag);
    }

    void BoxIsBack(TagWatch tag, EventTime off, EventTime at)
    {
        long step = at.UnixNanoseconds - off.UnixNanoseconds;
        if (step <= 0)
        {
            if (step < -BacklogNanoseconds)
                tag.OffSince = null;
            return;
        }

        // What a broker kept while the box was off closes the hole: nothing is missing when the values stand as close as they should.
        bool whole = tag.Period > 0 && tag.Last is { } last && at.UnixNanoseconds - last.UnixNanoseconds <= PeriodsMax * tag.Period;
        if (!whole)
            Close(new Gap(tag.Source, tag.Tag, off, at, GapCause.BoxOff, 0));
        tag.OffSince = null;
    }

    static void SetAlarm(SourceWatch source, TagWatch tag)
    {
        tag.Alarm = source;
        source.Alarms.Enqueue(tag, (tag.Last!.Value.UnixNanoseconds + PeriodsMax * tag.Period, tag.Number));
        if (source.ShortestPeriod == 0 || tag.Period < source.ShortestPeriod)
            source.ShortestPeriod = tag.Period;
    }

    /// <summary>An alarm is not moved with every value; when it goes off it is asked whether it should have.</summary>
    static void JudgeSilence(SourceWatch source)
    {
        if (source.Clock is not { } clock)
            return;
        while (source.Alarms.TryPeek(out TagWatch? tag, out var alarm) && alarm.Due < clock.UnixNanoseconds)
        {
            source.Alarms.Dequeue();
            if (tag.Alarm != source)
                continue;
            if (tag.Period == 0)
            {
                tag.Alarm = null;
                continue;
            }

            EventTime heard = source.Resumed is { } resumed && resumed > tag.Last ? resumed : tag.Last!.Value;
            long due = heard.UnixNanoseconds + PeriodsMax * tag.Period;
            if (tag.OffSince is not null)
                due = clock.UnixNanoseconds + PeriodsMax * tag.Period;
            if (due >= clock.UnixNanoseconds)
            {
                source.Alarms.Enqueue(tag, (due, tag.Number));
                continue;
            }

            // Its next value sets the alarm anew.
            tag.SilentSince = heard;
            tag.Alarm = null;
        }
    }

    /// <summary>The engine speaks in the order of its inputs: before the one it speaks of, it found nothing.</summary>
    void TakeVerdict(FactBatch said)
    {
        long cause = 0;
        var faults = new Dictionary<int, SampleFault>();
        foreach (Fact fact in said.Facts)
        {
            if (fact is FeatureVector vector)
            {
                cause = Math.Max(cause, vector.Cause.Frame);
            }
            else if (fact is Validated validated)
            {
                cause = Math.Max(cause, validated.Input.Frame);
                // Two assets may read one tag; its value is missing once.
                foreach (SampleCheck check in validated.Faults)
                    faults.TryAdd(check.Index, check.Fault);
            }
        }

        while (_unjudged.TryTakeBefore(cause, out FactBatch? silent))
            Judge(silent, Nothing);
        if (_unjudged.TryTakeAt(cause, out FactBatch? input))
            Judge(input, faults);
        else if (faults.Count > 0 && inputAt(cause) is { } late)
            JudgeLate(late, faults);
    }

    void Judge(FactBatch input, Dictionary<int, SampleFault> faults)
    {
        for (int i = 0; i < input.Samples.Count; i++)
            Judge(input.Origin, input.Samples[i], faults.TryGetValue(i, out SampleFault fault) ? fault : null);
    }

    /// <summary>Its good values were taken as good already; only what is bad is news.</summary>
    void JudgeLate(FactBatch input, Dictionary<int, SampleFault> faults)
    {
        foreach ((int index, SampleFault fault) in faults.OrderBy(f => f.Key))
        {
            if (index < input.Samples.Count)
                Judge(input.Origin, input.Samples[index], fault);
        }
    }

    void Judge(string source, in Sample sample, SampleFault? fault)
    {
        // Late and superseded values are good ones that others overtook.
        if (fault is SampleFault.Late or SampleFault.Superseded || !_byTag.TryGetValue(sample.Tag, out TagWatch? tag))
            return;
        GapCause? cause = fault switch
        {
            // Tags that no pipeline reads are judged by what their source says of them.
            null => sample.Quality.IsBad || sample.Value.Kind == TagValueKind.None ? GapCause.BadQuality : null,
            SampleFault.BadQuality or SampleFault.Missing => GapCause.BadQuality,
            _ => GapCause.Quarantined,
        };
        if (tag.Faults is { } run && cause != run.Cause)
        {
            if (cause is null && sample.Event < run.From)
                return;
            Close(run.EndedAt(sample.Event, source, tag.Tag));
            tag.Faults = null;
        }

        if (cause is { } bad)
            (tag.Faults ??= new FaultRun(bad, sample.Event)).Add(sample.Event);
    }

    static EventTime? FirstBelievable(FactBatch batch)
    {
        foreach (Sample sample in batch.Samples)
        {
            if (IsBelievable(sample.Event, batch.Ingest))
                return sample.Event;
        }

        return null;
    }

    static bool IsBelievable(EventTime at, IngestTime now) => at.UnixNanoseconds >= EarliestNanoseconds && at.UnixNanoseconds <= now.UnixNanoseconds + AheadNanoseconds;
}
