using EdgeRuntime.Journal;
using Microsoft.Extensions.Hosting;

namespace EdgeRuntime.Hmi;

/// <summary>Keeps the view on the journal from start to stop.</summary>
sealed class FloorFeed(FloorView floor, IJournal journal) : BackgroundService
{
    /// <summary>Reading the past takes seconds on a full box; pages and the other rooms do not wait for it.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Run(() => floor.FollowAsync(journal, stoppingToken), CancellationToken.None);
}
