using System.Diagnostics;
using System.Globalization;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>The demo's release is made again from seeds by the shipped recipe: what lies in the repository is what the recipe gives.</summary>
public sealed class DemoReleaseTests
{
    /// <summary>Another processor may round the last bits of a score otherwise; here they are normally the same.</summary>
    const double Tolerance = 1e-5;

    [Fact]
    public async Task The_recipe_gives_the_release_that_is_shipped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "make.sh needs a POSIX shell.");
        string kept = Path.Combine(TestData.Repository, "firmware-sim", "demo-release");
        string made = Directory.CreateTempSubdirectory("demo-release-").FullName;
        try
        {
            string configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Name;
            var start = new ProcessStartInfo("bash", [Path.Combine(kept, "make.sh"), made]) { RedirectStandardError = true, RedirectStandardOutput = true };
            start.Environment["CONFIGURATION"] = configuration;
            using Process make = Process.Start(start)!;
            Task<string> output = make.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            string errors = await make.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(make.ExitCode == 0, await output + errors);

            string[] then = File.ReadAllLines(Path.Combine(kept, "pump-skid", "golden.csv"));
            string[] now = File.ReadAllLines(Path.Combine(made, "golden.csv"));
            Assert.Equal(then.Length, now.Length);
            Assert.Equal(then[0], now[0]);
            for (int row = 1; row < then.Length; row++)
                CompareRow(then[row], now[row], row);
            Assert.Equal(File.ReadAllBytes(Path.Combine(kept, "pump-skid", "rules.yaml")), File.ReadAllBytes(Path.Combine(made, "rules.yaml")));
            Assert.True(Directory.GetFiles(Path.Combine(kept, "pump-skid")).Sum(f => new FileInfo(f).Length) < 300 * 1024);
            bool same = File.ReadAllBytes(Path.Combine(kept, "pump-skid", "model.onnx")).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(made, "model.onnx")));
            Figures.Say($"demo release remade: {then.Length - 1} golden rows agree; model.onnx is {(same ? "the same bytes" : "not the same bytes")}");
        }
        finally
        {
            Directory.Delete(made, recursive: true);
        }
    }

    static void CompareRow(string then, string now, int row)
    {
        double[] a = [.. then.Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
        double[] b = [.. now.Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
        for (int i = 0; i < a.Length; i++)
            Assert.True(Math.Abs(a[i] - b[i]) <= Tolerance * Math.Max(1, Math.Abs(a[i])), $"golden row {row}, column {i}: kept {a[i]:R}, made {b[i]:R}");
    }
}
