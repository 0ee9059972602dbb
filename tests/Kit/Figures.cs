namespace EdgeRuntime.Tests.Kit;

/// <summary>Figures that a test measured: on the test's output, and in the file that EDGERUNTIME_FIGURES names, so that an acceptance run can print them.</summary>
public static class Figures
{
    public static void Say(string figure)
    {
        Console.WriteLine(figure);
        if (Environment.GetEnvironmentVariable("EDGERUNTIME_FIGURES") is { Length: > 0 } file)
            File.AppendAllText(file, figure + "\n");
    }

    /// <summary>True in an acceptance run, where limits of time count as well.</summary>
    public static bool IsAcceptance => Environment.GetEnvironmentVariable("EDGERUNTIME_ACCEPT") == "1";

    /// <summary>How often something is done: what the variable says, else <paramref name="otherwise"/>.</summary>
    public static int Count(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out int count) && count > 0 ? count : otherwise;
}
