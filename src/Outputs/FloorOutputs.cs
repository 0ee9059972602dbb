using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Mqtt;
using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Outputs;

/// <summary>
/// Tells the floor what the journal holds, so it can only tell what is durable. Every decision is told while the line is up; after an outage or a
/// restart the newest of each asset, with its true age.
/// </summary>
public sealed class FloorOutputs
{
    /// <summary>The word for the box's own broker in <c>host</c>.</summary>
    const string EmbeddedHost = "embedded";

    // Where the newest decision of each asset is looked for after a restart: minutes at thousands of frames a second, read in a fraction of one.
    const long TailFrames = 20_000;

    readonly IReadOnlyList<MqttOutput> _outputs;
    readonly IJournal _journal;

    /// <param name="site">Name of the site, for <c>{site}</c> in topics.</param>
    /// <param name="embeddedBroker">Where the box's own broker listens, for outputs with <c>host: embedded</c>; null when it has none.</param>
    public FloorOutputs(OutputsDefinition definition, string site, IJournal journal, TimeProvider time, ILoggerFactory loggers, IPEndPoint? embeddedBroker = null)
    {
        _journal = journal;
        _outputs = [.. definition.Outputs.Select(o => new MqttOutput(o with { Session = At(o.Session, embeddedBroker) }, site, time, JitterSeed(o.Session.ClientId), loggers))];
    }

    public IReadOnlyList<OutputStatus> Status => [.. _outputs.Select(o => o.Status)];

    /// <summary>Runs until <paramref name="stop"/>; a broker that is away is in <see cref="Status"/>.</summary>
    /// <exception cref="JournalCorruptException">The journal can no longer be followed.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        long next = TellNewest();
        using var together = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] sending = [.. _outputs.Select(o => o.RunAsync(together.Token))];
        try
        {
            await foreach (StoredBatch stored in _journal.FollowAsync(next, together.Token))
            {
                foreach (Fact fact in stored.Batch.Facts)
                    Tell(new Outgoing(fact, stored.Batch.Ingest));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked for.
        }
        finally
        {
            await together.CancelAsync();
            await Task.WhenAll(sending);
        }
    }

    /// <returns>The first frame that was not looked at.</returns>
    long TellNewest()
    {
        long next = Math.Max(1, _journal.LastFrame - TailFrames + 1);
        var newest = new Dictionary<string, Outgoing>(StringComparer.Ordinal);
        foreach (StoredBatch stored in _journal.Read(next))
        {
            foreach (Decision decision in stored.Batch.Facts.OfType<Decision>())
                newest[decision.Asset] = new Outgoing(decision, stored.Batch.Ingest);
            next = stored.Frame + 1;
        }

        foreach (Outgoing decision in newest.Values)
            Tell(decision);
        return next;
    }

    void Tell(Outgoing outgoing)
    {
        foreach (MqttOutput output in _outputs)
            output.Tell(outgoing);
    }

    static MqttSessionOptions At(MqttSessionOptions session, IPEndPoint? embedded) =>
        session.Host == EmbeddedHost && embedded is not null ? session with { Host = embedded.Address.ToString(), Port = embedded.Port } : session;

    // Client ids differ from box to box, and so do the moments at which the boxes come back.
    static int JitterSeed(string clientId) => BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(clientId)));
}
