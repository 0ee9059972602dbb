namespace EdgeRuntime.Journal.Sealed;

/// <summary>A frame of a unit that a repair has named as lost.</summary>
static class LostFrame
{
    public static DamagedFrame In(long unit, long frame) => new(UnitFile.CheckpointOf(unit), 0, frame, "a repair has named it as lost") { IsRepaired = true };
}
