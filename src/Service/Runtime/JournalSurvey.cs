using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Journal;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// What a start must know of the past: the activations in force, and the names of messages that are already stored. It follows the journal frame by frame
/// and is saved beside the engine's state, so that a start walks over the frames behind that only.
/// </summary>
sealed class JournalSurvey
{
    const byte Layout = 1;

    readonly SortedDictionary<string, List<Activation>> _active = new(StringComparer.Ordinal);
    readonly StoredNames _names = new();

    /// <summary>The newest state that the journal names; null when there is none behind where the survey began.</summary>
    public EngineState? NewestState { get; private set; }

    /// <summary>Goes on with a survey over everything from a frame on.</summary>
    public static JournalSurvey Of(IJournal journal, JournalSurvey? begun = null, long afterFrame = 0)
    {
        JournalSurvey survey = begun ?? new JournalSurvey();
        foreach (StoredBatch stored in journal.Read(afterFrame + 1))
            survey.Take(stored);
        return survey;
    }

    /// <summary>Takes the next frame of the journal.</summary>
    public void Take(StoredBatch stored)
    {
        _names.Take(stored.Batch);
        if (stored.Batch.Origin != Origins.Service)
            return;
        foreach (Fact fact in stored.Batch.Facts)
        {
            if (fact is Activation activation)
                Take(activation);
            else if (fact is EngineState state)
                NewestState = state;
        }
    }

    /// <summary>The primary's activation first, then those of its shadows; empty when the asset was never active.</summary>
    public IReadOnlyList<Activation> ActiveOf(string asset) => _active.TryGetValue(asset, out List<Activation>? active) ? active : [];

    /// <summary>A window that knows every stored message.</summary>
    public RedeliveryWindow Window() => _names.Window();

    public void Save(ArrayBufferWriter<byte> to)
    {
        var writer = new CanonicalWriter(to);
        writer.Byte(Layout);
        Activation[] active = [.. _active.Values.SelectMany(a => a)];
        writer.Count(active.Length);
        foreach (Activation activation in active)
            writer.Bytes(FactCodec.Encode(activation));
        _names.Save(writer);
    }

    /// <exception cref="FactFormatException">The bytes are not a survey of this layout.</exception>
    public static JournalSurvey Restore(ReadOnlySpan<byte> bytes)
    {
        var survey = new JournalSurvey();
        var reader = new CanonicalReader(bytes);
        byte layout = reader.Byte();
        if (layout != Layout)
            throw reader.Wrong($"survey layout {layout} is not known to this version");
        int active = reader.Count();
        for (int i = 0; i < active; i++)
            survey.Take(FactCodec.Decode(reader.Bytes()) as Activation ?? throw reader.Wrong("a survey holds activations"));
        survey._names.Restore(ref reader);
        return reader.AtEnd ? survey : throw reader.Wrong("bytes follow the end of the survey");
    }

    void Take(Activation activation)
    {
        if (activation.Role == ArmRole.Shadow && _active.TryGetValue(activation.Asset, out List<Activation>? active))
            active.Add(activation);
        else
            _active[activation.Asset] = [activation];
    }
}
