using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class IntakeGateTests
{
    readonly ListJournal _journal = new();
    readonly StillClock _clock = new();
    readonly IntakePump _pump;
    readonly IntakeGate _gate;
    bool _nextReady = true;

    public IntakeGateTests()
    {
        _pump = new IntakePump(_journal, new RedeliveryWindow(), _clock);
        _gate = new IntakeGate(_pump, () => new JournalSpace(_nextReady, true), _clock);
    }

    [Fact]
    public async Task Telemetry_waits_unacknowledged_while_the_disk_is_full_and_goes_in_in_its_order()
    {
        _gate.Close("The disk is full.");
        Task first = _gate.TakeAsync(Arrival(1), marked: false);
        _gate.Open();
        await first;

        _gate.Close("The disk is full.");
        Task[] held = [.. Enumerable.Range(2, 5).Select(n => _gate.TakeAsync(Arrival(n), marked: false))];
        Assert.Equal(5, _gate.Waiting);
        Assert.DoesNotContain(held, t => t.IsCompleted);
        Assert.Equal(1, _journal.LastFrame);
        Assert.True(_pump.Counts.Reconciles);

        _clock.Now += TimeSpan.FromMinutes(5);
        _gate.Open();
        await Task.WhenAll(held);
        Assert.Equal([1, 2, 3, 4, 5, 6], _journal.Read().Select(b => b.Batch.Samples[0].Value.Double));
        Assert.All(_journal.Read(2), b => Assert.Equal(IngestTime.Now(_clock), b.Batch.Ingest));
    }

    [Fact]
    public async Task The_writer_s_word_that_no_segment_could_be_prepared_is_enough()
    {
        _nextReady = false;
        Task held = _gate.TakeAsync(Arrival(1), marked: false);
        Assert.False(held.IsCompleted);
        _nextReady = true;
        _gate.Open();
        await held;
    }

    [Fact]
    public void What_a_source_had_to_drop_meanwhile_is_a_gap_with_its_cause()
    {
        _gate.Close("The disk is full.");
        long from = IngestTime.Now(_clock).UnixNanoseconds;
        _clock.Now += TimeSpan.FromMinutes(5);
        long to = IngestTime.Now(_clock).UnixNanoseconds;
        _gate.Open();
        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.True(_gate.TakeAsync(Dropped(17), marked: false).IsCompletedSuccessfully);

        FactBatch told = Assert.Single(_journal.Read()).Batch;
        Assert.Equal(new Gap("plant", "", new EventTime(from), new EventTime(to), GapCause.Overflow, 17), Assert.Single(told.Facts.OfType<Gap>()));
        Assert.Equal(17, _pump.Counts.Accounted["overflow"]);

        _clock.Now += TimeSpan.FromHours(1);
        Assert.True(_gate.TakeAsync(Dropped(3), marked: false).IsCompletedSuccessfully);
        Assert.DoesNotContain(_journal.Read(2).Single().Batch.Facts, f => f is Gap);
    }

    [Fact]
    public async Task At_a_stop_what_waits_is_refused_and_what_a_source_says_of_itself_is_stored()
    {
        _gate.Close("The disk is full: 0.0 MiB are free.");
        Task held = _gate.TakeAsync(Arrival(1), marked: false);
        _gate.End();

        Assert.StartsWith("The disk is full", (await Assert.ThrowsAsync<IOException>(() => held)).Message, StringComparison.Ordinal);
        Assert.True(_gate.TakeAsync(Arrival(2), marked: false).IsFaulted);
        Assert.True(_gate.TakeAsync(Dropped(1), marked: false).IsCompletedSuccessfully);
        Assert.Equal(1, _journal.LastFrame);
    }

    static FactBatch Arrival(int value) => SampleBuilder.Batch("plant", value, SampleBuilder.Sample("P-101.flow", value, value)) with { Key = new byte[] { 1, (byte)value } };

    FactBatch Dropped(int values) => new()
    {
        Ingest = IngestTime.Now(_clock),
        Origin = "plant",
        Facts = [new Refusal { Stage = RefusalStage.Telemetry, Subject = "plant", Rule = "overflow", Sentence = "dropped", Values = values }],
    };
}
