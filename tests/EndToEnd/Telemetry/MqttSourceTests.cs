using EdgeRuntime.Facts;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.Telemetry;

public sealed class MqttSourceTests
{
    const string Topic = "plant/P-101/telemetry";

    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5")]
    public async Task Every_message_of_QoS_1_is_stored_once_and_in_order(string protocol)
    {
        Floor.NeedsMosquitto();
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        List<FactBatch> journal = [];
        using var intake = new CommittingIntake(journal);
        await using Run run = await Run.StartAsync(Floor.Source(broker.Port, protocol), intake);
        await using Publishing publisher = await Publishing.StartAsync(broker.Port, protocol);

        for (int n = 0; n < 500; n++)
            await Floor.PublishSurelyAsync(publisher.Session, Topic, Floor.Message(n), publisher.Stop);
        await Floor.UntilAsync(() => intake.Stored >= 500, "500 messages stored", () => run.Source.Status.Sentence);

        Assert.Equal(Enumerable.Range(0, 500).Select(n => (long)n), Numbers(journal));
        Assert.Equal(1000, journal.Sum(b => ArrivalCount.Of(b).Received));
        Assert.All(journal, b => Assert.Equal("line-1", b.Origin));
    }

    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5")]
    public async Task What_the_disk_has_not_confirmed_comes_again_after_the_power_was_cut(string protocol)
    {
        Floor.NeedsMosquitto();
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        List<FactBatch> journal = [];
        await using var cable = new Cable(broker.Port);
        await using Publishing publisher = await Publishing.StartAsync(broker.Port, protocol);
        using (var first = new CommittingIntake(journal))
        {
            await using Run run = await Run.StartAsync(Floor.Source(cable.Port, protocol), first);
            first.Hold();
            for (int n = 0; n < 50; n++)
                await Floor.PublishSurelyAsync(publisher.Session, Topic, Floor.Message(n), publisher.Stop);
            // MQTT 3.1.1 lets mosquitto have 20 on the way.
            await Floor.UntilAsync(() => first.Taken >= 20, "messages wait for the disk");
            cable.Cut();
            first.Crash();
        }

        Assert.Empty(journal);
        using var second = new CommittingIntake(journal);
        await using Run again = await Run.StartAsync(Floor.Source(cable.Port, protocol), second);
        await Floor.UntilAsync(() => second.Stored >= 50, "50 messages stored", () => again.Source.Status.Sentence);

        Assert.Equal(Enumerable.Range(0, 50).Select(n => (long)n), Numbers(journal));
    }

    [Fact]
    public async Task A_redelivery_with_DUP_and_one_without_change_nothing()
    {
        Floor.NeedsMosquitto();
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        List<FactBatch> journal = [];
        using var intake = new CommittingIntake(journal);
        await using var cable = new Cable(broker.Port);
        await using Run run = await Run.StartAsync(Floor.Source(cable.Port), intake);
        await using Publishing publisher = await Publishing.StartAsync(broker.Port);

        // Durable, but the acknowledgements do not get through: the broker sends them again with DUP.
        intake.Hold();
        for (int n = 0; n < 20; n++)
            await Floor.PublishSurelyAsync(publisher.Session, Topic, Floor.Message(n), publisher.Stop);
        await Floor.PublishSurelyAsync(publisher.Session, "plain/P-101/flow", "1.5"u8.ToArray(), publisher.Stop);
        await Floor.UntilAsync(() => intake.Taken >= 21, "21 messages taken");
        cable.Cut();
        await Floor.UntilAsync(() => intake.Taken >= 42, "the same 21 again", () => run.Source.Status.Sentence);
        intake.Release();
        await Floor.UntilAsync(() => intake.Stored >= 21, "21 stored");
        Assert.Equal(21, intake.Redelivered);

        // A publisher that was not sure sends the same again as a new message, without DUP.
        for (int n = 0; n < 20; n++)
            await Floor.PublishSurelyAsync(publisher.Session, Topic, Floor.Message(n), publisher.Stop);
        await Floor.PublishSurelyAsync(publisher.Session, Topic, Floor.Message(20), publisher.Stop);
        // A valve that is open twice says 1.5 twice: without its own time and without DUP that is news.
        await Floor.PublishSurelyAsync(publisher.Session, "plain/P-101/flow", "1.5"u8.ToArray(), publisher.Stop);
        await Floor.UntilAsync(() => intake.Stored >= 23, "the two new ones stored");

        Assert.Equal(41, intake.Redelivered);
        Assert.Equal(Enumerable.Range(0, 21).Select(n => (long)n), Numbers(journal));
        Assert.Equal(23, journal.Count);
    }

    [Fact]
    public async Task A_broker_that_is_killed_and_comes_back_loses_and_doubles_nothing()
    {
        Floor.NeedsMosquitto();
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        List<FactBatch> journal = [];
        using var intake = new CommittingIntake(journal);
        await using Run run = await Run.StartAsync(Floor.Source(broker.Port), intake);
        await using Publishing publisher = await Publishing.StartAsync(broker.Port);

        for (int n = 0; n < 200; n++)
        {
            if (n == 100)
            {
                broker.Kill();
                await Floor.UntilAsync(() => run.Source.Status.State == SourceState.Down, "the source says that the broker is away");
                Assert.Contains("127.0.0.1", run.Source.Status.Sentence, StringComparison.Ordinal);
                await broker.StartAsync();
            }

            await Floor.PublishSurelyAsync(publisher.Session, Topic, Floor.Message(n), publisher.Stop);
            await Floor.UntilAsync(() => intake.Stored > n || intake.Taken > n, "the message came");
        }

        await Floor.UntilAsync(() => intake.Stored >= 200, "200 messages stored", () => run.Source.Status.Sentence);
        Assert.Equal(Enumerable.Range(0, 200).Select(n => (long)n), Numbers(journal));
    }

    [Fact]
    public async Task Poison_among_good_messages_is_quarantined_and_holds_nothing_up()
    {
        Floor.NeedsMosquitto();
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        List<FactBatch> journal = [];
        using var intake = new CommittingIntake(journal);
        await using Run run = await Run.StartAsync(Floor.Source(broker.Port), intake);
        await using Publishing publisher = await Publishing.StartAsync(broker.Port);
        byte[][] poison =
        [
            "{\"ts\":1760000000000,\"n\":"u8.ToArray(), "not json"u8.ToArray(), [], [0xC3, 0x28], new byte[300_000],
            "{\"ts\":1760000000000,\"n\":\"ten\"}"u8.ToArray(), "{\"ts\":0,\"n\":1}"u8.ToArray(), "{\"ts\":1760000000000,\"nobody\":1}"u8.ToArray(),
            "{\"ts\":1760000000000,\"flow\":NaN}"u8.ToArray(), "{\"ts\":1760000000000,\"flow\":1e999}"u8.ToArray(),
        ];

        for (int n = 0; n < 50; n++)
        {
            await Floor.PublishSurelyAsync(publisher.Session, Topic, Floor.Message(n), publisher.Stop);
            await Floor.PublishSurelyAsync(publisher.Session, Topic, poison[n % poison.Length], publisher.Stop);
        }

        await Floor.UntilAsync(() => intake.Stored >= 50 + poison.Length && intake.Taken >= 100, "all came", () => run.Source.Status.Sentence);
        Assert.Equal(Enumerable.Range(0, 50).Select(n => (long)n), Numbers(journal));
        Assert.Equal(
            ["empty-payload", "not-a-number", "not-a-number", "not-json", "not-utf8", "time-implausible", "too-large", "truncated-json", "unknown-tag", "wrong-type"],
            journal.SelectMany(b => b.Facts).OfType<Refusal>().Select(r => r.Rule).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("3.1.1")]
    [InlineData("5")]
    public async Task Of_6000_messages_none_is_lost_and_none_is_doubled_when_the_consumer_dies_three_times(string protocol)
    {
        Floor.NeedsMosquitto();
        const int messages = 6_000;
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        await using var cable = new Cable(broker.Port);
        List<FactBatch> journal = [];
        int redelivered = 0;
        // The session must exist before the first message, or the broker keeps nothing for it.
        using (var nobody = new CommittingIntake([]))
        {
            await using Run run = await Run.StartAsync(Floor.Source(cable.Port, protocol), nobody);
        }

        await using Publishing publisher = await Publishing.StartAsync(broker.Port, protocol);
        Task publishing = PublishAllAsync(publisher, messages);
        for (int life = 1; life <= 4; life++)
        {
            using var intake = new CommittingIntake(journal);
            await using Run run = await Run.StartAsync(Floor.Source(cable.Port, protocol), intake);
            int until = life < 4 ? life * messages / 4 : messages;
            await Floor.UntilAsync(() => intake.Stored >= until, $"{until} messages stored in life {life}", () => run.Source.Status.Sentence);
            if (life < 4)
            {
                cable.Cut();
                intake.Crash();
            }

            redelivered += intake.Redelivered;
        }

        await publishing;
        Dictionary<long, int> copies = Numbers(journal).GroupBy(n => n).ToDictionary(g => g.Key, g => g.Count());
        TestContext.Current.TestOutputHelper?.WriteLine($"MQTT {protocol}: {redelivered} redeliveries recognised");
        Assert.Equal(0, Enumerable.Range(0, messages).Count(n => !copies.ContainsKey(n)));
        Assert.Equal(0, copies.Values.Count(c => c > 1));
    }

    [Fact]
    public async Task A_message_that_was_kept_by_the_broker_is_not_stamped_with_the_time_of_today()
    {
        Floor.NeedsMosquitto();
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        await using (Publishing publisher = await Publishing.StartAsync(broker.Port))
        {
            await publisher.Session.WhenConnectedAsync(publisher.Stop);
            await publisher.Session.PublishAsync("plain/P-101/flow", "7"u8.ToArray(), 1, retain: true, publisher.Stop);
            await publisher.Session.PublishAsync(Topic, Floor.Message(3), 1, retain: true, publisher.Stop);
        }

        List<FactBatch> journal = [];
        using var intake = new CommittingIntake(journal);
        await using Run run = await Run.StartAsync(Floor.Source(broker.Port), intake);
        await Floor.UntilAsync(() => intake.Stored >= 2, "both came");

        Assert.Equal([3L], Numbers(journal));
        Assert.Equal("retained-without-time", Assert.Single(journal.SelectMany(b => b.Facts).OfType<Refusal>()).Rule);
    }

    [Fact]
    public async Task A_disk_that_fails_gives_the_message_back_to_the_broker()
    {
        Floor.NeedsMosquitto();
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        List<FactBatch> journal = [];
        using var good = new CommittingIntake(journal);
        var failing = new FailingIntake(good) { Fails = true };
        await using Run run = await Run.StartAsync(Floor.Source(broker.Port), failing);
        await using Publishing publisher = await Publishing.StartAsync(broker.Port);

        await Floor.PublishSurelyAsync(publisher.Session, Topic, Floor.Message(1), publisher.Stop);
        await Floor.UntilAsync(() => failing.Failed >= 2, "it came again", () => run.Source.Status.Sentence);
        failing.Fails = false;
        await Floor.UntilAsync(() => good.Stored >= 1, "it was stored in the end");

        Assert.Equal([1L], Numbers(journal));
    }

    static async Task PublishAllAsync(Publishing publisher, int messages)
    {
        // A hundred on the way, as a gateway with a memory would have.
        for (int n = 0; n < messages; n += 100)
        {
            await Task.WhenAll(Enumerable.Range(n, Math.Min(100, messages - n)).Select(
                i => Floor.PublishSurelyAsync(publisher.Session, Topic, Floor.Message(i), publisher.Stop)));
        }
    }

    static IEnumerable<long> Numbers(List<FactBatch> journal)
    {
        lock (journal)
            return [.. journal.SelectMany(b => b.Samples).Where(s => s.Tag == "P-101.n").Select(s => s.Value.Int64)];
    }

    sealed class FailingIntake(IIntake good) : IIntake
    {
        internal volatile bool Fails;
        internal volatile int Failed;

        public Task TakeAsync(FactBatch batch, bool marked)
        {
            if (!Fails)
                return good.TakeAsync(batch, marked);
            Failed++;
            return Task.FromException(new IOException("No space left on device."));
        }
    }
}
