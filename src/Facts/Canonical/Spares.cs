namespace EdgeRuntime.Facts.Canonical;

/// <summary>A few instances that are used again and again, by any thread, one at a time each.</summary>
sealed class Spares<T>
    where T : class, new()
{
    readonly T?[] _kept = new T?[8];

    public T Rent()
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.Exchange(ref _kept[i], null) is { } kept)
                return kept;
        }

        return new T();
    }

    public void Return(T spare)
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _kept[i], spare, null) is null)
                return;
        }
    }
}
