using System.Collections.Concurrent;
using System.Text;
using EdgeRuntime.FirmwareSim.Faults;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>Orders that arrived while the plant was between two scans. Filled by the network, emptied by the plant.</summary>
sealed class PlantCommands(Action<string> say)
{
    readonly ConcurrentQueue<(string Asset, FaultCommand Command)> _waiting = new();
    int _taken, _refused;

    public int Taken => _taken;

    public int Refused => _refused;

    public void Receive(string asset, byte[] payload)
    {
        if (FaultCommand.Parse(payload, out string refusal) is { } command)
        {
            Interlocked.Increment(ref _taken);
            _waiting.Enqueue((asset, command));
            return;
        }

        Interlocked.Increment(ref _refused);
        say($"{refusal} It was: {Encoding.UTF8.GetString(payload.AsSpan(0, Math.Min(payload.Length, 200)))}");
    }

    public bool TryTake(out (string Asset, FaultCommand Command) order) => _waiting.TryDequeue(out order);
}
