namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>The twelve signals of a skid in the order of the payload. Ranges are those of demo-site/tags.yaml; a test holds them together.</summary>
static class SkidSignals
{
    public const string Running = "running";
    public const string Recipe = "recipe";

    public static readonly IReadOnlyList<Instrument> Instruments =
    [
        new("suction_pressure", -1, 5, 0.004, 4, AnotherUnit.Kilopascal),
        new("discharge_pressure", 0, 10, 0.012, 4, AnotherUnit.Psi),
        new("flow", 0, 200, 0.5, 2, AnotherUnit.LitrePerSecond),
        new("motor_current", 0, 60, 0.10, 3),
        new("vibration_de", 0, 25, 0.07, 3, AnotherUnit.InchPerSecond),
        new("vibration_nde", 0, 25, 0.05, 3, AnotherUnit.InchPerSecond),
        new("bearing_temperature", 0, 150, 0.05, 2, AnotherUnit.Fahrenheit),
        new("motor_temperature", 0, 200, 0.06, 2, AnotherUnit.Fahrenheit),
        new("voltage", 0, 500, 0.5, 2),
        new("valve_position", 0, 100, 0.05, 2),
    ];

    public static readonly IReadOnlyList<string> Names = [.. Instruments.Select(i => i.Signal), Running, Recipe];

    public static readonly IReadOnlyList<string> Numbers = [.. Instruments.Select(i => i.Signal)];

    public static readonly IReadOnlyList<string> WithAnotherUnit = [.. Instruments.Where(i => i.Another is not null).Select(i => i.Signal)];

    public static int IndexOf(string signal)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i] == signal)
                return i;
        }

        return -1;
    }

    /// <summary>True where the instrument's text is a JSON string rather than a number or a flag.</summary>
    public static bool IsText(int index) => Names[index] == Recipe;
}
