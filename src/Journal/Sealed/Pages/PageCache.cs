using System.Numerics;

namespace EdgeRuntime.Journal.Sealed.Pages;

/// <summary>
/// Unpacked pages, at most so many bytes of them: the page that has not been asked for the longest goes (one hand of a clock goes
/// round and spares who was asked since it last came). Buffers are used again, so a cache that is full allocates little.
/// </summary>
sealed class PageCache(long bytesMax)
{
    const int SizesMax = 32;

    // Buffers that wait for use, so that unpacking allocates nothing; more would be memory that the bound does not count.
    const int FreeBytesMax = 1 << 20;

    readonly long[] _scratch = new long[DeltaBlocks.BlockValuesMax];
    readonly List<Page> _ring = [];
    readonly Stack<Page>[] _free = [.. Enumerable.Range(0, SizesMax).Select(_ => new Stack<Page>())];
    long _bytes;
    int _freeBytes;
    int _hand;

    /// <summary>A page with room for <paramref name="bytes"/> and the padding. <see cref="Keep"/> or <see cref="GiveBack"/> ends the loan.</summary>
    public Page Take(int bytes)
    {
        int size = BitOperations.Log2((uint)(bytes + DeltaBlocks.PaddingBytes - 1)) + 1;
        while (_ring.Count > 0 && _bytes + (1L << size) > bytesMax)
            EvictOne();
        if (!_free[size].TryPop(out Page? free))
            return new Page(GC.AllocateUninitializedArray<byte>(1 << size), _scratch);
        _freeBytes -= free.Bytes.Length;
        return free;
    }

    public void GiveBack(Page page)
    {
        if (page.Bytes.Length > FreeBytesMax - _freeBytes)
            return;
        _freeBytes += page.Bytes.Length;
        _free[BitOperations.Log2((uint)page.Bytes.Length)].Push(page);
    }

    /// <summary>Puts a page where its holder looks for it; it is taken away from there when its room is needed.</summary>
    public void Keep(Page page, Page?[] home, int slot)
    {
        page.Home = home;
        page.Slot = slot;
        page.Used = true;
        page.RingPlace = _ring.Count;
        home[slot] = page;
        _ring.Add(page);
        _bytes += page.MemoryBytes;
    }

    /// <summary>Lets go of everything in a home.</summary>
    public void Drop(Page?[] home)
    {
        foreach (Page? page in home)
        {
            if (page is not null)
                Evict(page);
        }

        ForgetFree();
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        while (_ring.Count > 0)
            Evict(_ring[^1]);
    }

    void EvictOne()
    {
        while (true)
        {
            if (_hand >= _ring.Count)
                _hand = 0;
            Page page = _ring[_hand];
            if (!page.Used)
            {
                Evict(page);
                return;
            }

            page.Used = false;
            _hand++;
        }
    }

    void Evict(Page page)
    {
        page.Home[page.Slot] = null;
        page.Home = [];
        _bytes -= page.MemoryBytes;
        Page last = _ring[^1];
        _ring[page.RingPlace] = last;
        last.RingPlace = page.RingPlace;
        _ring.RemoveAt(_ring.Count - 1);
        GiveBack(page);
    }

    void ForgetFree()
    {
        foreach (Stack<Page> free in _free)
            free.Clear();
        _freeBytes = 0;
    }
}
