using Microsoft.Extensions.Time.Testing;

namespace EdgeRuntime.Tests.Unit.Gateway;

/// <summary>A clock that stands still until it is moved, and that says when a model's call has first looked at it.</summary>
sealed class AskedClock : FakeTimeProvider
{
    readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Asked => _asked.Task;

    public override long GetTimestamp()
    {
        long now = base.GetTimestamp();
        _asked.TrySetResult();
        return now;
    }
}
