using EdgeRuntime.Facts;
using EdgeRuntime.Hmi.Floor;
using EdgeRuntime.Journal;
using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Hmi;

/// <summary>
/// What the floor looks like now, read from the journal and from nothing else. It holds no truth of its own: deleted and rebuilt it is the
/// same, as far back as <see cref="HmiOptions.RebuildFramesMax"/> reaches. Memory is bounded by the options. Safe for several threads.
/// </summary>
public sealed partial class FloorView
{
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly long _started;
    readonly Lock _gate = new();
    readonly Dictionary<string, AssetHistory> _assets = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<(AssetHistory Asset, SignalHistory Signal)>> _byTag = new(StringComparer.Ordinal);
    readonly Dictionary<string, ModeChange> _modes = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, long> _refusedByRule = new(StringComparer.Ordinal);
    readonly NewestFacts<Finding> _findings = new();
    readonly NewestFacts<Refusal> _refusals = new();
    readonly NewestFacts<ModeChange> _modeChanges = new();
    readonly Reconciliation _reconciliation = new();
    long _stored;
    string? _trouble;
    volatile HmiOptions _options;

    /// <exception cref="ArgumentException">The options break a rule; the message names each.</exception>
    public FloorView(HmiOptions options, TimeProvider time, ILogger<FloorView> log)
    {
        string[] violations = [.. options.Violations()];
        if (violations.Length > 0)
            throw new ArgumentException(string.Join(' ', violations), nameof(options));
        (_options, _time, _log) = (options, time, log);
        _started = time.GetTimestamp();
        foreach (WatchedAsset asset in options.Assets)
            Watch(new AssetHistory(asset, options.HistoryPointsPerSignal));
        foreach (Activation known in options.KnownActivations)
            Activated(known);
        foreach (Qualification known in options.KnownQualifications)
            Qualified(known);
    }

    /// <summary>What is shown at this moment.</summary>
    public HmiOptions Options => _options;

    /// <summary>The newest journal frame that is in the view; 0 before the first.</summary>
    public long Frame { get; private set; }

    /// <summary>
    /// Shows another site from now on, without a restart. Assets that are as they were keep their past; of a new one the screens know what comes from here on.
    /// How much is remembered and how often a frame is sent stay as they were.
    /// </summary>
    /// <exception cref="ArgumentException">The options break a rule; the message names each. Nothing has changed.</exception>
    public void Show(HmiOptions options)
    {
        string[] violations = [.. options.Violations()];
        if (violations.Length > 0)
            throw new ArgumentException(string.Join(' ', violations), nameof(options));
        lock (_gate)
        {
            Dictionary<string, AssetHistory> before = new(_assets, StringComparer.Ordinal);
            _assets.Clear();
            _byTag.Clear();
            foreach (WatchedAsset asset in options.Assets)
                Watch(before.TryGetValue(asset.Id, out AssetHistory? known) && known.Asset.ShowsTheSameAs(asset) ? known : new AssetHistory(asset, _options.HistoryPointsPerSignal));
            foreach (Activation active in options.KnownActivations)
                Activated(active);
            foreach (Qualification known in options.KnownQualifications)
                Qualified(known);
            _options = options;
        }
    }

    /// <summary>
    /// Reads the newest <see cref="HmiOptions.RebuildFramesMax"/> frames and then follows. Ends when <paramref name="stop"/> is set, or when the
    /// journal is corrupt or cannot be read: then the screens keep what they have and say so.
    /// </summary>
    public async Task FollowAsync(IJournal journal, CancellationToken stop)
    {
        long from = Math.Max(1, journal.LastFrame - _options.RebuildFramesMax + 1);
        FollowingFrom(_log, from, journal.LastFrame);
        try
        {
            await foreach (StoredBatch stored in journal.FollowAsync(from, stop))
                Apply(stored);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop: nothing is lost, the journal has it all.
        }
        catch (Exception e) when (e is JournalCorruptException or IOException or FactFormatException)
        {
            lock (_gate)
                _trouble = $"The screens stand still since frame {Frame}: {e.Message}" + (e is IOException ? "" : " Run 'edgeruntime verify'.");
            FollowingEnded(_log, Frame, e.Message);
        }
    }

    /// <summary>Takes one batch. Frames must come in order.</summary>
    public void Apply(StoredBatch stored)
    {
        lock (_gate)
        {
            foreach (Sample sample in stored.Batch.Samples)
                Add(sample);
            for (int i = 0; i < stored.Batch.Facts.Count; i++)
                Add(stored.Batch.Facts[i], stored.PositionOf(stored.Batch.Samples.Count + i), stored.Batch.Ingest);
            _stored += stored.Batch.Samples.Count;
            Frame = stored.Frame;
        }
    }

    internal FloorSnapshot Look()
    {
        // The delegates belong to other rooms and are asked outside the gate.
        HmiOptions options = _options;
        GapReport? gaps = options.Gaps?.Invoke();
        IReadOnlyList<SourceLine> sources = options.Sources?.Invoke() ?? [];
        (double, double)? latency = options.DecisionLatencyMicroseconds?.Invoke();
        (long Received, long Stored, IReadOnlyDictionary<string, long> Accounted)? intake = options.Intake?.Invoke();
        var now = IngestTime.Now(_time);
        lock (_gate)
        {
            return new FloorSnapshot(
                now,
                Frame,
                _trouble,
                [.. _options.Assets.Select(a => _assets[a.Id].Look(_modes.GetValueOrDefault))],
                Reconcile(intake),
                gaps,
                sources,
                latency,
                _findings.NewestFirst(),
                _refusals.NewestFirst(),
                _modeChanges.NewestFirst());
        }
    }

    /// <summary>Runs <paramref name="read"/> on one asset while nothing changes it; false when the asset is not watched.</summary>
    internal bool TryRead<T>(string assetId, Func<AssetHistory, T> read, out T? result)
    {
        lock (_gate)
        {
            bool known = _assets.TryGetValue(assetId, out AssetHistory? asset);
            result = known ? read(asset!) : default;
            return known;
        }
    }

    void Watch(AssetHistory asset)
    {
        _assets.Add(asset.Asset.Id, asset);
        foreach (SignalHistory signal in asset.Signals)
        {
            if (!_byTag.TryGetValue(signal.Signal.Tag, out List<(AssetHistory, SignalHistory)>? watchers))
                _byTag.Add(signal.Signal.Tag, watchers = []);
            watchers.Add((asset, signal));
        }
    }

    void Add(in Sample sample)
    {
        if (!_byTag.TryGetValue(sample.Tag, out List<(AssetHistory Asset, SignalHistory Signal)>? watchers))
            return;
        foreach ((AssetHistory asset, SignalHistory signal) in watchers)
        {
            signal.Add(sample);
            asset.SampleArrived(sample);
        }
    }

    void Add(Fact fact, Position at, IngestTime ingest)
    {
        switch (fact)
        {
            case Decision decision when _assets.TryGetValue(decision.Asset, out AssetHistory? asset):
                asset.Add(decision, ingest);
                break;
            case Prediction prediction when _assets.TryGetValue(prediction.Asset, out AssetHistory? asset):
                asset.Add(prediction);
                break;
            case Activation activation:
                Activated(activation);
                break;
            case Qualification found:
                Qualified(found);
                break;
            case ModeChange change:
                _modes[change.Subject] = change;
                _modeChanges.Add(new(at, ingest, change));
                break;
            case Refusal refusal:
                _refusals.Add(new(at, ingest, refusal));
                _refusedByRule[refusal.Rule] = _refusedByRule.GetValueOrDefault(refusal.Rule) + refusal.Values;
                break;
            case Finding finding:
                _findings.Add(new(at, ingest, finding));
                break;
        }
    }

    void Activated(Activation activation)
    {
        if (!_assets.TryGetValue(activation.Asset, out AssetHistory? asset))
            return;
        // A new primary begins anew; its shadows follow it.
        if (activation.Role == ArmRole.Primary)
            asset.Arms.Clear();
        if (!activation.IsEnd)
            asset.Arms[activation.Role] = activation;
    }

    void Qualified(Qualification found)
    {
        if (_assets.TryGetValue(found.Asset, out AssetHistory? asset))
            asset.Qualified[found.Role] = found;
    }

    ReconciliationLine Reconcile((long Received, long Stored, IReadOnlyDictionary<string, long> Accounted)? intake)
    {
        // Time since start, not the clock: setting the clock must not make a loss or hide one.
        long now = _time.GetElapsedTime(_started).Ticks * 100;
        if (intake is { } counts)
            return _reconciliation.Check(now, counts.Received, counts.Stored, counts.Accounted);
        var refused = new Dictionary<string, long>(_refusedByRule.Where(r => r.Value > 0), StringComparer.Ordinal);
        return _reconciliation.Check(now, _stored + refused.Values.Sum(), _stored, refused);
    }
}
