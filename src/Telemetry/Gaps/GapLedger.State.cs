using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Telemetry.Gaps;

/// <content>The ledger as bytes. Everything that <see cref="Take"/> and <see cref="Look"/> look at is in them.</content>
partial class GapLedger
{
    /// <summary>Of what <see cref="Save"/> writes. Another one, too, when the same bytes come to mean something else.</summary>
    const byte Layout = 1;

    /// <summary>The newest frame that is in it; 0: none.</summary>
    public long Frame => _frame;

    /// <summary>Writes the whole state.</summary>
    public void Save(CanonicalWriter to)
    {
        to.Byte(Layout);
        to.Signed(_frame);
        to.Optional64(_before?.UnixNanoseconds);
        to.Byte((byte)_left);
        to.Digest(_catalogueDigest);
        to.Signed(_stored);
        to.Count(_refused.Count);
        foreach ((string rule, long values) in _refused)
        {
            to.Text(rule);
            to.Signed(values);
        }

        SaveWatches(to);
        SaveGaps(to);
        _unjudged.Save(to);
        to.Texts([.. _unwatched.Order(StringComparer.Ordinal)]);
    }

    /// <summary>A ledger that goes on as the saved one would have.</summary>
    /// <exception cref="FactFormatException">The bytes are not a ledger of this layout.</exception>
    public static GapLedger Restore(ref CanonicalReader from, Func<Digest, TagCatalogue?> tags, Func<long, FactBatch?> inputAt)
    {
        byte layout = from.Byte();
        if (layout != Layout)
            throw from.Wrong($"gap ledger layout {layout} is not known to this version");
        var ledger = new GapLedger(tags, inputAt)
        {
            _frame = from.Signed(),
            _before = from.Optional64() is { } before ? new IngestTime(before) : null,
            _left = from.Byte() is var left and <= (byte)SamplesLeft.Nothing ? (SamplesLeft)left : throw from.Wrong("what is left of the samples is not known"),
            _catalogueDigest = from.Digest(),
            _stored = from.Signed(),
        };
        ledger._catalogue = ledger._catalogueDigest.IsNone ? null : tags(ledger._catalogueDigest);
        int rules = from.Count();
        for (int i = 0; i < rules; i++)
            ledger._refused[from.Text()] = from.Signed();
        ledger.RestoreWatches(ref from);
        ledger.RestoreGaps(ref from);
        ledger._unjudged.Restore(ref from);
        ledger._unwatched.UnionWith(from.Texts());
        return ledger;
    }

    void SaveWatches(CanonicalWriter to)
    {
        to.Count(_numbers);
        to.Count(_tags.Count);
        foreach (TagWatch tag in _tags.Values)
            tag.Save(to);
        to.Count(_sources.Count);
        foreach (SourceWatch source in _sources.Values)
        {
            source.Save(to);
            // The order of a heap is of no meaning; that of its priorities is, and no two tags share one.
            var alarms = source.Alarms.UnorderedItems.OrderBy(a => a.Priority.Due).ThenBy(a => a.Priority.Number).ToArray();
            to.Count(alarms.Length);
            foreach ((TagWatch tag, (long Due, int Number) alarm) in alarms)
            {
                to.Text(tag.Tag);
                to.Signed(alarm.Due);
            }
        }

        foreach (TagWatch tag in _tags.Values)
            to.Text(tag.Alarm?.Name ?? "");
    }

    void RestoreWatches(ref CanonicalReader from)
    {
        _numbers = from.Index();
        int tags = from.Count();
        for (int i = 0; i < tags; i++)
        {
            var tag = TagWatch.Restore(ref from);
            _tags.Add(tag.Tag, tag);
            _byTag.Add(tag.Tag, tag);
        }

        int sources = from.Count();
        for (int i = 0; i < sources; i++)
        {
            var source = SourceWatch.Restore(ref from);
            _sources.Add(source.Name, source);
            int alarms = from.Count();
            for (int j = 0; j < alarms; j++)
            {
                TagWatch tag = _byTag.GetValueOrDefault(from.Text()) ?? throw from.Wrong("an alarm is of a tag that is not watched");
                source.Alarms.Enqueue(tag, (from.Signed(), tag.Number));
            }
        }

        foreach (TagWatch tag in _tags.Values)
        {
            if (from.Text() is { Length: > 0 } alarm)
                tag.Alarm = _sources.GetValueOrDefault(alarm) ?? throw from.Wrong("an alarm is of a source that is not watched");
        }
    }

    void SaveGaps(CanonicalWriter to)
    {
        GapTotal[] totals = [.. _totals.Values.OrderBy(t => t.Source, StringComparer.Ordinal).ThenBy(t => t.Tag, StringComparer.Ordinal).ThenBy(t => t.Cause)];
        to.Count(totals.Length);
        foreach (GapTotal total in totals)
        {
            to.Text(total.Source);
            to.Text(total.Tag);
            to.Named(total.Cause);
            to.Signed(total.Gaps);
            to.Signed(total.Values);
            to.Signed(total.Nanoseconds);
        }

        to.Count(_newest.Count);
        foreach (Gap gap in _newest)
            to.Bytes(FactCodec.Encode(gap));
        to.Count(_unwritten.Count);
        foreach (FoundGap found in _unwritten)
        {
            to.Signed(found.Frame);
            to.Count(found.Index);
            to.Bytes(FactCodec.Encode(found.Gap));
        }
    }

    void RestoreGaps(ref CanonicalReader from)
    {
        int totals = from.Count();
        for (int i = 0; i < totals; i++)
        {
            var total = new GapTotal(from.Text(), from.Text(), from.Named<GapCause>(), from.Signed(), from.Signed(), from.Signed());
            _totals[(total.Source, total.Tag, total.Cause)] = total;
        }

        int newest = from.Count();
        for (int i = 0; i < newest; i++)
            _newest.Enqueue(GapIn(ref from));
        int unwritten = from.Count();
        for (int i = 0; i < unwritten; i++)
            _unwritten.Enqueue(new FoundGap(from.Signed(), from.Index(), GapIn(ref from)));
    }

    static Gap GapIn(ref CanonicalReader from) => FactCodec.Decode(from.Bytes()) as Gap ?? throw from.Wrong("a gap ledger holds gaps");
}
