using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Settings;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;

namespace EdgeRuntime.Tests.Unit.Fallback;

public sealed class PlantRulesTests
{
    const string Yaml = """
        kind: Rules
        rules:
          - {name: torque, when: {feature: torque, above: 80, for: PT3S}, say: "Torque above 80 Nm for 3 s: stop."}
          - {name: dry, when: {feature: flow, below: 1}, say: No flow.}
        """;

    static readonly string[] Features = ["torque", "flow"];

    [Fact]
    public void Torque_above_80_for_3_seconds_fires_after_3_seconds_and_not_before()
    {
        PlantRules rules = Rules();

        Assert.Empty(rules.Look(Vector(0, 81, 5)));
        Assert.Empty(rules.Look(Vector(2.9, 81, 5)));
        Assert.Equal("torque", Assert.Single(rules.Look(Vector(3, 81, 5))).Name);
    }

    [Fact]
    public void A_dip_below_the_limit_starts_the_time_anew()
    {
        PlantRules rules = Rules();
        rules.Look(Vector(0, 81, 5));
        rules.Look(Vector(2, 79, 5));
        rules.Look(Vector(2.5, 81, 5));

        Assert.Empty(rules.Look(Vector(4, 81, 5)));
        Assert.Single(rules.Look(Vector(5.5, 81, 5)));
    }

    [Fact]
    public void A_gap_neither_starts_nor_ends_a_rule()
    {
        PlantRules rules = Rules();
        rules.Look(Vector(0, 81, 5));

        Assert.Empty(rules.Look(Vector(3, float.NaN, 5)));
        Assert.Single(rules.Look(Vector(4, 81, 5)));
        Assert.Empty(rules.Look(Vector(5, float.NaN, 5)));
    }

    [Fact]
    public void Silence_of_rules_says_something_only_when_every_rule_could_be_judged()
    {
        PlantRules rules = Rules();

        Assert.True(rules.CanJudge(Vector(0, 1, 5)));
        Assert.False(rules.CanJudge(Vector(0, float.NaN, 5)));
        Assert.False(rules.CanJudge(Vector(0, float.NaN, float.NaN)));
    }

    [Fact]
    public void A_rule_without_a_duration_fires_at_once() => Assert.Equal("dry", Assert.Single(Rules().Look(Vector(0, 1, 0.5f))).Name);

    [Fact]
    public void A_rule_about_a_feature_that_is_not_there_is_told()
    {
        string sentence = Assert.Single(Read(Yaml).Misfits(["torque"]));

        Assert.Equal("Rule 'dry' asks for the feature 'flow', which the pipeline does not give.", sentence);
    }

    [Theory]
    [InlineData("kind: Rules\nrules:\n  - {name: a, when: {feature: f}, say: x}", "rules.yaml:3: rules[0].when: must have either above or below.")]
    [InlineData("kind: Rules\nrules:\n  - {name: a, when: {feature: f, above: 1, below: 0}, say: x}", "rules.yaml:3: rules[0].when: must have either above or below.")]
    [InlineData("kind: Rules\nrules:\n  - {name: a, when: {feature: f, abovee: 1}, say: x}", "rules.yaml:3: rules[0].when.abovee: is not a known key; did you mean 'above'?")]
    [InlineData("kind: Rules\nrules:\n  - {name: a, when: {feature: f, above: 1}, say: x}\n  - {name: a, when: {feature: f, above: 1}, say: x}", "rules.yaml:4: rules[1].name: is 'a' a second time; every rule has a name of its own.")]
    public void A_broken_document_says_where(string yaml, string expected)
    {
        SettingsException e = Assert.Throws<SettingsException>(() => Read(yaml));

        Assert.Contains(expected, e.Violations.Select(v => v.ToString()));
    }

    static PlantRules Rules() => new(Read(Yaml), Features);

    static RulesDefinition Read(string yaml) => RulesDefinition.Read(SettingsDocument.Parse("rules.yaml", Encoding.UTF8.GetBytes(yaml)));

    static FeatureVector Vector(double seconds, float torque, float flow) =>
        new() { Asset = "M-1", At = At(seconds), Cause = new Position(1, 0), Pipeline = Digest.None, Values = [torque, flow], InputAge = 0 };
}
