namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// Damage in sealed files that readers met and went on behind, because parity or the other copy of a checkpoint gave the bytes. Nothing is lost by it, and a
/// repair is due. Any thread may tell.
/// </summary>
/// <param name="tell">Told once for each file; may be null.</param>
sealed class MendedReads(Action<DamagedFrame>? tell)
{
    readonly Lock _gate = new();
    readonly List<DamagedFrame> _met = [];

    /// <summary>The first damage that was met in each file, in the order in which it was met.</summary>
    public IReadOnlyList<DamagedFrame> Met
    {
        get
        {
            lock (_gate)
                return [.. _met];
        }
    }

    public void Meet(DamagedFrame damage)
    {
        lock (_gate)
        {
            if (_met.Exists(known => known.Segment == damage.Segment))
                return;
            _met.Add(damage);
        }

        tell?.Invoke(damage);
    }
}
