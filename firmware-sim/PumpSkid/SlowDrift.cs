namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>Something that wanders for ordinary reasons: a tank level, the mains, the weather. Follows a target that is drawn anew now and then.</summary>
sealed class SlowDrift(SeededNoise noise, double centre, double spread, double lagSeconds, double holdSecondsMax)
{
    double _target = noise.Between(centre - spread, centre + spread);
    double _hold = noise.Between(holdSecondsMax / 4, holdSecondsMax);

    public double Value { get; private set; } = noise.Between(centre - (spread / 2), centre + (spread / 2));

    public void Step(double seconds)
    {
        _hold -= seconds;
        if (_hold <= 0)
        {
            _hold = noise.Between(holdSecondsMax / 4, holdSecondsMax);
            _target = noise.Between(centre - spread, centre + spread);
        }

        Value += (_target - Value) * seconds / (lagSeconds + seconds);
    }
}
