using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Journal;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// What a start must know of the past: the activations and documents in force, what was measured of their models, the newest self-audit, and the names of
/// messages that are already stored. It follows the journal frame by frame and is saved beside the engine's state, so that a start walks over the frames behind that only.
/// </summary>
sealed class JournalSurvey
{
    const byte Layout = 3;

    readonly SortedDictionary<string, List<Activation>> _active = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, Digest> _documents = new(StringComparer.Ordinal);
    readonly List<Qualification> _qualified = [];
    readonly StoredNames _names = new();

    /// <summary>The newest state that the journal names; null when there is none behind where the survey began.</summary>
    public EngineState? NewestState { get; private set; }

    /// <summary>When the newest self-audit was written; where there was none, when the journal began; null for an empty journal.</summary>
    public IngestTime? Audited { get; private set; }

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
        Audited ??= stored.Batch.Ingest;
        if (stored.Batch.Origin != Origins.Service)
            return;
        foreach (Fact fact in stored.Batch.Facts)
        {
            Take(fact);
            if (fact is Finding { Rule: SelfAudit.Rule })
                Audited = stored.Batch.Ingest;
        }
    }

    /// <summary>The primary's activation first, then those of its shadows; empty when the asset was never active.</summary>
    public IReadOnlyList<Activation> ActiveOf(string asset) => _active.TryGetValue(asset, out List<Activation>? active) ? active : [];

    /// <summary>Every asset that something answers for, by id.</summary>
    public IReadOnlyList<string> ActiveAssets => [.. _active.Keys];

    /// <summary>The newest measurement of every model in every role, in journal order.</summary>
    public IReadOnlyList<Qualification> Qualifications => _qualified;

    /// <summary>The newest measurement of a model; null when it was never measured.</summary>
    public Qualification? QualificationOf(string asset, ArmRole role, Digest serving) => _qualified.Find(q => q.Asset == asset && q.Role == role && q.Serving == serving);

    /// <summary>The same, those in force behind all others, so that who takes them one by one ends with them.</summary>
    public IReadOnlyList<Qualification> QualificationsNow => [.. _qualified, .. _qualified.Where(q => ActiveOf(q.Asset).Any(a => a.Serving == q.Serving))];

    /// <summary>Digest of a site document by its file name, as the journal last named it; none when it never did.</summary>
    public Digest DocumentOf(string file) => _documents.GetValueOrDefault(file);

    /// <summary>Every site document that the journal names as in force.</summary>
    public IReadOnlyList<string> Documents => [.. _documents.Keys];

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
        writer.Count(_qualified.Count);
        foreach (Qualification found in _qualified)
            writer.Bytes(FactCodec.Encode(found));
        writer.Optional64(Audited?.UnixNanoseconds);
        writer.Count(_documents.Count);
        foreach ((string file, Digest digest) in _documents)
        {
            writer.Text(file);
            writer.Digest(digest);
        }

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
        int qualified = reader.Count();
        for (int i = 0; i < qualified; i++)
            survey.Take(FactCodec.Decode(reader.Bytes()) as Qualification ?? throw reader.Wrong("behind the activations of a survey stand qualifications"));
        survey.Audited = reader.Optional64() is { } audited ? new IngestTime(audited) : null;
        int documents = reader.Count();
        for (int i = 0; i < documents; i++)
            survey._documents[reader.Text()] = reader.Digest();
        survey._names.Restore(ref reader);
        return reader.AtEnd ? survey : throw reader.Wrong("bytes follow the end of the survey");
    }

    /// <summary>Goes on with what the service itself has appended since.</summary>
    public void Take(Fact fact)
    {
        switch (fact)
        {
            case Activation { IsEnd: true } end:
                _active.Remove(end.Asset);
                break;
            case Activation { Role: ArmRole.Shadow } shadow when _active.TryGetValue(shadow.Asset, out List<Activation>? active):
                active.Add(shadow);
                break;
            case Activation activation:
                _active[activation.Asset] = [activation];
                break;
            case Qualification found:
                _qualified.RemoveAll(q => q.Asset == found.Asset && q.Role == found.Role && q.Serving == found.Serving);
                _qualified.Add(found);
                break;
            case EngineState state:
                NewestState = state;
                break;
            case Audit { Action: SiteChange.DocumentAction } document when Digest.TryParse(document.After, out Digest digest):
                _documents[document.Subject] = digest;
                break;
            case Audit { Action: SiteChange.DocumentAction } gone:
                _documents.Remove(gone.Subject);
                break;
            default:
                break;
        }
    }
}
