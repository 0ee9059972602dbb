using System.Buffers.Binary;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Telemetry;

/// <summary>
/// The names of the newest arrivals that are stored, in their order: what a <see cref="RedeliveryWindow"/> is made of after a restart. It follows the
/// journal and is part of the engine's state, so that a start need not read the whole journal for them. One thread at a time.
/// </summary>
/// <param name="capacity">Names that are kept, 16 bytes each.</param>
public sealed class StoredNames(int capacity = RedeliveryWindow.CapacityUnlessTold)
{
    const int NameBytes = 16;

    UInt128[] _ring = new UInt128[Math.Min(capacity, 1024)];
    int _head;

    public int Count { get; private set; }

    /// <summary>Takes the next batch of the journal.</summary>
    public void Take(FactBatch stored)
    {
        if (RedeliveryWindow.HasKey(stored))
            Add(RedeliveryWindow.NameOf(stored));
    }

    /// <summary>A window that has seen the same arrivals.</summary>
    public RedeliveryWindow Window()
    {
        var window = new RedeliveryWindow(capacity);
        for (int i = 0; i < Count; i++)
            window.Add(_ring[(_head + i) % _ring.Length]);
        return window;
    }

    public void Save(CanonicalWriter to)
    {
        to.Count(Count);
        Span<byte> name = stackalloc byte[NameBytes];
        for (int i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(name, _ring[(_head + i) % _ring.Length]);
            to.Fixed64(BinaryPrimitives.ReadInt64LittleEndian(name));
            to.Fixed64(BinaryPrimitives.ReadInt64LittleEndian(name[8..]));
        }
    }

    /// <summary>Into names that have seen nothing yet.</summary>
    /// <exception cref="FactFormatException">The bytes are not such names.</exception>
    public void Restore(ref CanonicalReader from)
    {
        int count = from.Count(NameBytes);
        Span<byte> name = stackalloc byte[NameBytes];
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(name, from.Fixed64());
            BinaryPrimitives.WriteInt64LittleEndian(name[8..], from.Fixed64());
            Add(BinaryPrimitives.ReadUInt128BigEndian(name));
        }
    }

    void Add(UInt128 name)
    {
        if (Count == _ring.Length && Count < capacity)
            Grow();
        if (Count == _ring.Length)
        {
            _ring[_head] = name;
            _head = (_head + 1) % _ring.Length;
            return;
        }

        _ring[(_head + Count++) % _ring.Length] = name;
    }

    void Grow()
    {
        var larger = new UInt128[Math.Min(capacity, _ring.Length * 2)];
        for (int i = 0; i < Count; i++)
            larger[i] = _ring[(_head + i) % _ring.Length];
        (_ring, _head) = (larger, 0);
    }
}
