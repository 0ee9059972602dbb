using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using EdgeRuntime.Hmi.Api;
using Microsoft.Extensions.Hosting;

namespace EdgeRuntime.Hmi.Live;

/// <summary>
/// One frame per period and topic, written once and handed to every browser that watches it. A browser that cannot keep up loses its oldest
/// frames and sees the hole in <see cref="PanelFrame.Seq"/>; it never slows the others. Nothing is made while nobody watches.
/// </summary>
sealed class LiveFeed(FloorView floor, TimeProvider time, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>One second of frames at the default period.</summary>
    const int FramesWaitingMax = 4;

    static readonly TimeSpan ReconnectAfter = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    readonly Dictionary<string, Topic> _topics = new(StringComparer.Ordinal);

    /// <param name="asset">Whose trend comes along; empty for none. It must be watched.</param>
    internal async IAsyncEnumerable<SseItem<string>> WatchAsync(string asset, [EnumeratorCancellation] CancellationToken gone)
    {
        // A stream never ends by itself: without this, the web server would wait for it on every stop of the service.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        var frames = Channel.CreateBounded<string>(new BoundedChannelOptions(FramesWaitingMax) { FullMode = BoundedChannelFullMode.DropOldest });
        Join(asset, frames);
        try
        {
            while (await ReadyAsync(frames.Reader, end.Token))
            {
                while (frames.Reader.TryRead(out string? frame))
                    yield return new SseItem<string>(frame, "frame") { ReconnectionInterval = ReconnectAfter };
            }
        }
        finally
        {
            Leave(asset, frames);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(floor.Options.FramePeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Send();
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    static async Task<bool> ReadyAsync(ChannelReader<string> frames, CancellationToken end)
    {
        try
        {
            return await frames.WaitToReadAsync(end);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    void Join(string asset, Channel<string> frames)
    {
        PanelFrame now = PanelWriter.Write(floor.Look(), floor.Options);
        lock (_gate)
        {
            if (!_topics.TryGetValue(asset, out Topic? topic))
                _topics.Add(asset, topic = new Topic(new TrendCursor(floor, asset)));
            topic.Watchers.Add(frames);
            frames.Writer.TryWrite(Json(now with { Seq = topic.Seq }));
        }
    }

    void Leave(string asset, Channel<string> frames)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(asset, out Topic? topic))
                return;
            topic.Watchers.Remove(frames);
            if (topic.Watchers.Count == 0)
                _topics.Remove(asset);
        }
    }

    void Send()
    {
        lock (_gate)
        {
            if (_topics.Count == 0)
                return;
        }

        PanelFrame frame = PanelWriter.Write(floor.Look(), floor.Options);
        lock (_gate)
        {
            foreach (Topic topic in _topics.Values)
            {
                string json = Json(frame with { Seq = ++topic.Seq, Tail = topic.Cursor.Advance() });
                foreach (Channel<string> watcher in topic.Watchers)
                    watcher.Writer.TryWrite(json);
            }
        }
    }

    static string Json(PanelFrame frame) => JsonSerializer.Serialize(frame, ApiJson.Options);

    sealed class Topic(TrendCursor cursor)
    {
        internal TrendCursor Cursor { get; } = cursor;
        internal List<Channel<string>> Watchers { get; } = [];
        internal long Seq { get; set; }
    }
}
