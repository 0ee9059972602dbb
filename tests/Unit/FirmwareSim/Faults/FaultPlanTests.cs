using System.Text;
using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.Settings;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.Faults;

public sealed class FaultPlanTests
{
    static readonly FaultPlanOptions SixHours = new() { Seed = 7, For = TimeSpan.FromHours(6) };

    [Fact]
    public void One_seed_gives_the_same_script_on_every_machine()
    {
        FaultPlanOptions three = SixHours with { For = TimeSpan.FromHours(2), Assets = ["P-101"], Kinds = [FaultKind.Leak, FaultKind.Spike, FaultKind.RecipeChange] };
        Assert.Equal(
            """
            kind: FaultScript
            # seven
            seed: 7
            faults:
              - {fault: recipe-change, asset: "P-101", at: PT19M49S, duration: PT4M40S}
              - {fault: leak, asset: "P-101", at: PT39M1S, duration: PT16M13S, severity: 0.39, ramp: PT1M53S}
              - {fault: spike, asset: "P-101", signal: discharge_pressure, at: PT1H10M36S, duration: PT8M39S, severity: 0.78}
              - {fault: spike, asset: "P-101", signal: bearing_temperature, at: PT1H45M52S, duration: PT2M50S, severity: 0.99}

            """.ReplaceLineEndings("\n"),
            FaultScriptYaml.Write(FaultPlan.Draw(three), "seven"));
        Assert.NotEqual(FaultPlan.Draw(SixHours).Faults, FaultPlan.Draw(SixHours with { Seed = 8 }).Faults);
    }

    public static TheoryData<double, double, double> Densities => new() { { 6, 2, 10 }, { 6, 20, 10 }, { 24, 0.5, 60 }, { 1, 1, 1 }, { 7.77, 3.3, 12.34 } };

    [Theory]
    [MemberData(nameof(Densities))]
    public void Faults_never_overlap_and_there_is_normal_before_between_and_behind_them(double hours, double perHour, double normalMinutes)
    {
        for (long seed = 1; seed <= 100; seed++)
        {
            var options = new FaultPlanOptions { Seed = seed, For = TimeSpan.FromHours(hours), PerHour = perHour, Normal = TimeSpan.FromMinutes(normalMinutes), SeverityMin = 0.2, SeverityMax = 0.9 };
            IReadOnlyList<ScriptedFault> faults = FaultPlan.Draw(options).Faults;
            Assert.Equal((int)Math.Round((options.For - options.Normal).TotalHours * perHour), faults.Count);
            Assert.True(faults[0].At >= options.Normal);
            Assert.True(faults[^1].End <= options.For - TimeSpan.FromSeconds(58));
            Assert.All(faults.Zip(faults.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.End >= TimeSpan.FromSeconds(58), $"seed {seed}: {pair}"));
            Assert.All(faults, f =>
            {
                Assert.Empty(f.Violations());
                Assert.True(f.Ramp <= f.Duration);
                Assert.Equal(0, f.At.Ticks % TimeSpan.TicksPerSecond);
                if (ScriptedFault.HasDegrees(f.Kind))
                    Assert.InRange(f.Severity, 0.2, 0.9);
                else
                    Assert.Equal(1, f.Severity);
            });
        }
    }

    [Fact]
    public void Every_kind_comes_before_any_comes_again_and_every_signal_has_its_turn()
    {
        IReadOnlyList<ScriptedFault> faults = FaultPlan.Draw(SixHours with { For = TimeSpan.FromDays(30) }).Faults;
        Assert.All(faults.Chunk(13).Where(deck => deck.Length == 13), deck => Assert.Equal(Enum.GetValues<FaultKind>(), deck.Select(f => f.Kind).Order()));
        foreach (FaultKind kind in new[] { FaultKind.StuckSensor, FaultKind.Spike, FaultKind.Drift })
            Assert.Equal(10, faults.Where(f => f.Kind == kind).Select(f => f.Signal).Distinct().Count());
        Assert.Equal(7, faults.Where(f => f.Kind == FaultKind.WrongUnit).Select(f => f.Signal).Distinct().Count());
        // A dropout takes one signal as a rule, and the whole skid now and then.
        Assert.Equal(11, faults.Where(f => f.Kind == FaultKind.Dropout).Select(f => f.Signal).Distinct().Count());
    }

    [Fact]
    public void A_skid_has_faults_of_its_own_that_a_neighbour_does_not_change()
    {
        IReadOnlyList<ScriptedFault> alone = FaultPlan.Draw(SixHours with { Assets = ["P-101"] }).Faults;
        IReadOnlyList<ScriptedFault> both = FaultPlan.Draw(SixHours with { Assets = ["P-102", "P-101"] }).Faults;
        Assert.Equal(alone, both.Where(f => f.Asset == "P-101"));
        Assert.NotEqual(alone.Select(f => f.At), both.Where(f => f.Asset == "P-102").Select(f => f.At));
        Assert.Equal(both.OrderBy(f => f.At), both);
    }

    [Fact]
    public void The_document_is_read_back_as_it_was_drawn()
    {
        FaultScript drawn = FaultPlan.Draw(SixHours with { For = TimeSpan.FromDays(3), Assets = ["P-101", "pump: \"a\"", "null", "101"] });
        FaultScript read = FaultScript.Read(SettingsDocument.Parse("faults.yaml", Encoding.UTF8.GetBytes(FaultScriptYaml.Write(drawn, "drawn"))));
        Assert.Equal(drawn.Seed, read.Seed);
        Assert.Equal(drawn.Faults, read.Faults);
        FaultScript empty = FaultScript.Read(SettingsDocument.Parse("faults.yaml", Encoding.UTF8.GetBytes(FaultScriptYaml.Write(FaultScript.Empty, "none"))));
        Assert.Empty(empty.Faults);
    }
}
