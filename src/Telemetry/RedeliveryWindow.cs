using System.Buffers.Binary;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Telemetry;

/// <summary>
/// The names of the newest arrivals, so that one that comes again is known. Rebuilt after a restart by <see cref="Remember"/> for every stored batch in
/// order; the intake also remembers an arrival when it hands it to the journal, and forgets it when that failed. Since the journal keeps the order, an
/// arrival that was remembered is durable as soon as the newest append is. Not safe for several threads: the intake owns it.
/// </summary>
public sealed class RedeliveryWindow
{
    // No SHA-256 that anybody will see starts with 16 zero bytes.
    static readonly UInt128 Nobody = UInt128.Zero;

    internal const int CapacityUnlessTold = 500_000;

    readonly Dictionary<UInt128, int> _counts;
    readonly UInt128[] _ring;
    int _next;
    int _filled;

    /// <param name="capacity">Arrivals that are remembered; 500,000 take some 43 MB and are 4 minutes at 2,000 messages a second, while brokers hold a few thousand on the way.</param>
    public RedeliveryWindow(int capacity = CapacityUnlessTold)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _ring = new UInt128[capacity];
        _counts = new Dictionary<UInt128, int>(Math.Min(capacity, 65_536));
    }

    public int Count => _filled;

    /// <summary>True: this arrival was remembered before. Always false without a key.</summary>
    /// <param name="marked">The transport itself says that it sends again.</param>
    public bool IsRedelivery(FactBatch arrival, bool marked) => arrival.Key.Length switch
    {
        RedeliveryKey.ContentBytes => _counts.ContainsKey(NameOf(arrival)),
        RedeliveryKey.FlagBytes => marked && _counts.ContainsKey(NameOf(arrival)),
        _ => false,
    };

    public void Remember(FactBatch arrival)
    {
        if (HasKey(arrival))
            Add(NameOf(arrival));
    }

    internal void Add(UInt128 name)
    {
        if (_filled == _ring.Length)
            Release(_ring[_next]);
        else
            _filled++;
        _ring[_next] = name;
        _next = (_next + 1) % _ring.Length;
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
    }

    /// <summary>The arrival did not become durable: when it comes again it is news.</summary>
    public void Forget(FactBatch arrival)
    {
        if (!HasKey(arrival))
            return;
        UInt128 name = NameOf(arrival);
        // It failed a moment ago, so it lies among the newest.
        for (int back = 1; back <= _filled; back++)
        {
            int at = (_next - back + _ring.Length) % _ring.Length;
            if (_ring[at] != name)
                continue;
            _ring[at] = Nobody;
            Release(name);
            return;
        }
    }

    void Release(UInt128 name)
    {
        int count = _counts.GetValueOrDefault(name);
        if (count > 1)
            _counts[name] = count - 1;
        else
            _counts.Remove(name);
    }

    internal static bool HasKey(FactBatch arrival) => arrival.Key.Length is RedeliveryKey.ContentBytes or RedeliveryKey.FlagBytes;

    internal static UInt128 NameOf(FactBatch arrival) => BinaryPrimitives.ReadUInt128BigEndian(arrival.Key.Span);
}
