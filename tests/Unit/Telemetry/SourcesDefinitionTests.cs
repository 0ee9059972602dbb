using EdgeRuntime.Settings;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Telemetry;

public sealed class SourcesDefinitionTests
{
    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "topic: plant/#/x\n            payload: plain\n            tag: P-101.flow", "sources[0].topics[0].topic", "'#' that is not the whole last level" },
        { "topic: plant/pump-{asset}\n            payload: plain\n            tag: P-101.flow", "sources[0].topics[0].topic", "must be a whole level" },
        { "topic: plant/{asset}\n            payload: plain", "sources[0].topics[0].tag", "has no {signal}" },
        { "topic: plant/x\n            payload: plain\n            tag: P-101.nobody", "sources[0].topics[0].tag", "tags.yaml does not have" },
        { "topic: plant/x\n            payload: xml", "sources[0].topics[0].payload", "one of json, plain, csv" },
        { "topic: plant/x\n            payload: plain\n            tag: P-101.flow\n            redelivery: content", "sources[0].topics[0].redelivery", "no time of its own" },
        { "topic: plant/x\n            payload: json\n            values: {fields: {p: {tag: P-101.pressure, unit: psi}}}", "sources[0].topics[0].values.fields.p.unit", "is in 'bar'" },
        { "topic: plant/x\n            payload: json\n            values: {each: true, tag: \"P-101.{field}\", fields: {p: {tag: P-101.flow}}}", "sources[0].topics[0].values.each", "said one way" },
        { "topic: plant/{asset}\n            payload: json\n            time: {field: t, zone: Mars/Olympus}\n            values: {each: true}", "sources[0].topics[0].time.zone", "naive-as-utc" },
        { "topic: plant/{asset}\n            payload: json\n            time: {field: t, format: unix}\n            values: {each: true}", "sources[0].topics[0].time.format", "unix-ms" },
        { "topic: plant/{asset}\n            payload: csv\n            columns: [a]\n            time: {column: t}", "sources[0].topics[0].columns", "time column 't'" },
        { "topic: plant/{asset}\n            payload: json\n            qoss: 1\n            values: {each: true}", "sources[0].topics[0].qoss", "did you mean 'qos'" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_with_its_place_and_its_rule(string topic, string key, string rule)
    {
        SettingsException wrong = Assert.Throws<SettingsException>(() => Sites.Sources($"""
            kind: Sources
            sources:
              - name: line-1
                type: mqtt
                host: broker
                topics:
                  - {topic.Replace("\n            ", "\n                    ", StringComparison.Ordinal).Replace("\n", "\n", StringComparison.Ordinal)}
            """.Replace("\n                    ", "\n        ", StringComparison.Ordinal)));
        Assert.Contains(wrong.Violations, v => v.Key == key && v.Rule.Contains(rule, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_are_unique_and_not_the_runtimes_own()
    {
        SettingsException wrong = Assert.Throws<SettingsException>(() => Sites.Sources("""
            kind: Sources
            sources:
              - {name: engine, type: csv, path: a.csv, columns: {f: P-101.flow}, time: {column: t}}
              - {name: a, type: csv, path: a.csv, columns: {f: P-101.flow}, time: {column: t}}
              - {name: a, type: csv, path: a.csv, columns: {f: P-101.nobody}, time: {column: t}, speed: quick}
            """));
        Assert.Equal(["sources[0].name", "sources[2].name", "sources[2].columns.f", "sources[2].speed"], wrong.Violations.Select(v => v.Key));
    }
}
