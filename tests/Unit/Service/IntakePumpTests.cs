using EdgeRuntime.Facts;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class IntakePumpTests
{
    readonly HeldJournal _journal = new();
    readonly IntakePump _pump;

    public IntakePumpTests() => _pump = new IntakePump(_journal, new RedeliveryWindow(), TimeProvider.System);

    [Fact]
    public void A_message_is_acknowledged_only_when_it_is_durable()
    {
        Task taken = _pump.TakeAsync(Arrival("a", 3), marked: false);

        Assert.False(taken.IsCompleted);
        Assert.Equal((3, 0), (_pump.Counts.Received, _pump.Counts.Stored));
        Assert.True(_pump.Counts.Reconciles);
        _journal.Commit();
        Assert.True(taken.IsCompletedSuccessfully);
        Assert.Equal((3, 3), (_pump.Counts.Received, _pump.Counts.Stored));
    }

    [Fact]
    public void A_redelivery_is_not_stored_and_is_acknowledged_when_the_first_is_durable()
    {
        Task first = _pump.TakeAsync(Arrival("a", 3), marked: false);
        Task again = _pump.TakeAsync(Arrival("a", 3), marked: true);

        Assert.Single(_journal.Appended);
        Assert.False(again.IsCompleted);
        _journal.Commit();
        Assert.True(first.IsCompletedSuccessfully && again.IsCompletedSuccessfully);
        Assert.Equal(3, _pump.Counts.Accounted["redelivered"]);
        Assert.Equal((6, 3), (_pump.Counts.Received, _pump.Counts.Stored));
        Assert.True(_pump.Counts.Reconciles);
    }

    [Fact]
    public void What_did_not_become_durable_is_news_when_it_comes_again()
    {
        Task lost = _pump.TakeAsync(Arrival("a", 3), marked: false);
        _journal.Fail();
        Task again = _pump.TakeAsync(Arrival("a", 3), marked: true);
        _journal.Commit();

        Assert.IsType<IOException>(lost.Exception?.InnerException);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Equal(2, _journal.Appended.Count);
        Assert.Equal(3, _pump.Counts.Accounted["not-durable"]);
        Assert.True(_pump.Counts.Reconciles);
    }

    [Fact]
    public void Refused_values_are_accounted_by_the_rule_they_broke()
    {
        FactBatch arrival = Arrival("a", 2) with
        {
            Facts = [new Refusal { Stage = RefusalStage.Telemetry, Subject = "plant/x", Rule = "wrong-unit", Sentence = "A sentence.", Values = 5 }],
        };
        _pump.TakeAsync(arrival, marked: false);
        _journal.Commit();

        Assert.Equal((7, 2, 5), (_pump.Counts.Received, _pump.Counts.Stored, _pump.Counts.Accounted["wrong-unit"]));
        Assert.True(_pump.Counts.Reconciles);
    }

    static FactBatch Arrival(string name, int samples) => SampleBuilder.Batch("plant", 1, [.. Enumerable.Range(0, samples).Select(i => SampleBuilder.Sample($"P.{i}", 1, i))]) with
    {
        Key = RedeliveryKey.Of(RedeliveryRule.Content, "plant", name, [1]),
    };
}
