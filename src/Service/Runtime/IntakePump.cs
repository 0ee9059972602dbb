using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Service.Runtime;

/// <summary>How many values came in, and what became of each: received = stored + accounted.</summary>
sealed record IntakeCounts(long Received, long Stored, IReadOnlyDictionary<string, long> Accounted)
{
    public long AccountedTotal => Accounted.Values.Sum();

    public bool Reconciles => Received == Stored + AccountedTotal;
}

/// <summary>
/// Takes arrivals from all sources, drops redeliveries, appends the rest to the journal, and counts every value three times over: when it is
/// received, and when it is stored or refused.
/// </summary>
sealed class IntakePump(IJournal journal, RedeliveryWindow window, TimeProvider time) : IIntake
{
    const string InFlight = "in-flight";
    const string Redelivered = "redelivered";
    const string NotDurable = "not-durable";
    const string TooLarge = "too-large";

    readonly Lock _gate = new();
    readonly SortedDictionary<string, long> _accounted = new(StringComparer.Ordinal);
    long _received;
    long _stored;
    long _waiting;
    Task _newest = Task.CompletedTask;

    /// <summary>When the first value came; null before.</summary>
    public long? FirstTimestamp { get; private set; }

    public IntakeCounts Counts
    {
        get
        {
            lock (_gate)
            {
                var accounted = new SortedDictionary<string, long>(_accounted, StringComparer.Ordinal);
                if (_waiting > 0)
                    accounted[InFlight] = _waiting;
                return new IntakeCounts(_received, _stored, accounted);
            }
        }
    }

    public Task TakeAsync(FactBatch batch, bool marked)
    {
        int values = ArrivalCount.Of(batch).Received;
        lock (_gate)
        {
            FirstTimestamp ??= time.GetTimestamp();
            _received += values;
            if (window.IsRedelivery(batch, marked))
            {
                Account(Redelivered, values);
                // Its first delivery may still be on its way to the disk; only when that is over may this one be acknowledged.
                return _newest;
            }

            // Appended under the lock, so that the journal's order is the order of the calls.
            Task<long> appended = Append(ref batch, values);
            _waiting += values;
            window.Remember(batch);
            return _newest = StoreAsync(appended, batch, values);
        }
    }

    /// <summary>What no frame can hold is refused as a whole: unacknowledged it would come again for ever, and hold up everything behind it.</summary>
    Task<long> Append(ref FactBatch batch, int values)
    {
        try
        {
            return journal.AppendAsync(batch);
        }
        catch (ArgumentException e)
        {
            var refusal = new Refusal
            {
                Stage = RefusalStage.Telemetry,
                Subject = batch.Origin,
                Rule = TooLarge,
                Sentence = FormattableString.Invariant($"{e.Message} It begins with a value of {FirstTag(batch)}. {values} values were not stored."),
                Values = values,
            };
            batch = batch with { Samples = [], Facts = [refusal] };
            return journal.AppendAsync(batch);
        }
    }

    /// <summary>The topic is not known here; a tag leads to the sender as well.</summary>
    static string FirstTag(FactBatch batch) => batch.Samples.Count > 0 ? batch.Samples[0].Tag : "no tag";

    async Task StoreAsync(Task<long> appended, FactBatch batch, int values)
    {
        try
        {
            await appended.ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _waiting -= values;
                if (appended.IsCompletedSuccessfully)
                {
                    Count(batch);
                }
                else
                {
                    window.Forget(batch);
                    Account(NotDurable, values);
                }
            }
        }
    }

    void Count(FactBatch batch)
    {
        _stored += batch.Samples.Count;
        foreach (Fact fact in batch.Facts)
        {
            if (fact is Refusal refusal)
                Account(refusal.Rule, refusal.Values);
        }
    }

    void Account(string cause, long values) => _accounted[cause] = _accounted.GetValueOrDefault(cause) + values;
}
