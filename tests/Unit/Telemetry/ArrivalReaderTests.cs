using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Telemetry;

public sealed class ArrivalReaderTests
{
    const string Each = """
              - topic: plant/{asset}/telemetry
                payload: json
                time: {field: ts, format: iso8601}
                values: {each: true, ignore: [seq, device]}
        """;

    const string Fields = """
              - topic: gateway/{asset}/report
                payload: json
                time: {field: meta.t, format: unix-ms}
                values:
                  fields:
                    process.p1.value: {tag: "{asset}.pressure", unitField: process.p1.unit, quality: process.p1.q}
                    process.flow: {tag: "{asset}.flow"}
                    list.1: {tag: "{asset}.starts"}
        """;

    const string Plain = """
              - topic: plain/{asset}/{signal}
                payload: plain
              - topic: german/{asset}/{signal}
                payload: plain
                decimal: ","
        """;

    const string Csv = """
              - topic: rows/{asset}
                payload: csv
                delimiter: ";"
                columns: [t, "{asset}.flow", "-", "{asset}.running"]
                time: {column: t, format: unix-s}
        """;

    const string T = "\"ts\":\"2026-01-01T00:00:05Z\"";

    static readonly IngestTime Now = SampleBuilder.IngestAt(10);

    public static TheoryData<string, string, string, string> GoodMessages => new()
    {
        { "a pump says what it measures", Each, $$"""{{{T}},"flow":1.5,"starts":3,"running":true,"recipe":"R7"}""", "flow=1.5 starts=3 running=true recipe=R7" },
        { "a sequence number is no signal", Each, $$"""{{{T}},"seq":9,"device":{"fw":1},"flow":2}""", "flow=2" },
        { "the time comes last", Each, $$"""{"flow":2,{{T}}}""", "flow=2" },
        { "a whole number is written with a point", Each, $$"""{{{T}},"starts":3.0}""", "starts=3" },
        { "a PLC writes its bits as 0 and 1", Each, $$"""{{{T}},"running":1}""", "running=true" },
        { "a recipe is called 7", Each, $$"""{{{T}},"recipe":7}""", "recipe=7" },
        { "a recipe is not ASCII", Each, $$"""{{{T}},"recipe":"K\u00fchlung Süd"}""", "recipe=Kühlung Süd" },
        { "a sensor has no value", Each, $$"""{{{T}},"flow":null}""", "flow=none" },
        { "the largest number there is", Each, $$"""{{{T}},"flow":1e308}""", "flow=1E+308" },
        { "minus nothing", Each, $$"""{{{T}},"flow":-0.0}""", "flow=-0" },
        { "a field's name is escaped", Each, $$"""{{{T}},"fl\u006fw":4}""", "flow=4" },
        { "several readings in one message", Each, $$"""[{{{T}},"flow":1},{"ts":"2026-01-01T00:00:06Z","flow":2}]""", "flow=1 flow=2" },
        { "a payload of Windows with a byte order mark", Each, $$"""{{'\uFEFF'}}{{{T}},"flow":1}""", "flow=1" },
        { "values lie deep", Fields, """{"meta":{"t":1767225605000},"process":{"p1":{"value":4.5,"unit":"bar","q":"good"},"flow":2},"list":[8,9],"more":1}""", "pressure=4.5 flow=2 starts=9" },
        { "a bare number", Plain, " 12.5\r\n", "flow=12.5" },
        { "one row", Csv, "1767225605;1.5;x;1", "flow=1.5 running=true" },
        { "two rows of a Windows gateway", Csv, "1767225605;1.5;x;1\r\n1767225606;;x;0\r\n", "flow=1.5 running=true running=false" },
    };

    [Theory]
    [MemberData(nameof(GoodMessages))]
    public void What_a_device_says_is_taken(string onTheFloor, string mapping, string payload, string values)
    {
        FactBatch batch = Read(mapping, payload);
        Assert.True(batch.Facts.Count == 0, $"{onTheFloor}: {string.Join(" ", batch.Facts.OfType<Refusal>().Select(r => r.Sentence))}");
        Assert.Equal(values, string.Join(' ', batch.Samples.Select(s => $"{s.Tag["P-101.".Length..]}={s.Value}")));
        Assert.All(batch.Samples, s => Assert.Equal(Now, s.Ingest));
    }

    public static TheoryData<string, string, string, string, int, int> PoisonMessages => new()
    {
        { "cut off by a bad line", Each, $$"""{{{T}},"flow":1,"sta""", "truncated-json", 1, 0 },
        { "cut off in a number", Each, $$"""{{{T}},"flow":1""", "truncated-json", 1, 0 },
        { "a log line on the wrong topic", Each, "ERROR sensor offline", "not-json", 1, 0 },
        { "two documents in one message", Each, $$"""{{{T}},"flow":1}{}""", "not-json", 1, 0 },
        { "a comma too much", Each, $$"""{{{T}},"flow":1,}""", "not-json", 1, 0 },
        { "nothing", Each, "", "empty-payload", 1, 0 },
        { "blanks", Each, " \r\n ", "empty-payload", 1, 0 },
        { "no values", Each, $$"""{{{T}}}""", "no-mapping", 1, 0 },
        { "a bare number where an object belongs", Each, "12.5", "not-an-object", 1, 0 },
        { "a list of numbers", Each, "[1,2]", "not-an-object", 2, 0 },
        { "nested without end", Each, string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200), "too-deep", 1, 0 },
        { "a tag that nobody named", Each, $$"""{{{T}},"flow":1,"nobody":2}""", "unknown-tag", 1, 1 },
        { "text for a number", Each, $$"""{{{T}},"flow":"ten","starts":1}""", "wrong-type", 1, 1 },
        { "a number in quotes", Each, $$"""{{{T}},"flow":"1.5","starts":1}""", "wrong-type", 1, 1 },
        { "half a start", Each, $$"""{{{T}},"starts":3.5,"flow":1}""", "wrong-type", 1, 1 },
        { "a start count past 64 bits", Each, $$"""{{{T}},"starts":1e30,"flow":1}""", "wrong-type", 1, 1 },
        { "a list for a number", Each, $$"""{{{T}},"flow":[1,2],"starts":1}""", "wrong-type", 1, 1 },
        { "two for a bit", Each, $$"""{{{T}},"running":2,"flow":1}""", "wrong-type", 1, 1 },
        { "Python's NaN", Each, $$"""{{{T}},"flow":NaN,"starts":1,"recipe":"NaN"}""", "not-a-number", 1, 2 },
        { "Python's Infinity", Each, $$"""{{{T}},"flow":-Infinity,"starts":1}""", "not-a-number", 1, 1 },
        { "NaN in quotes", Each, $$"""{{{T}},"flow":"nan","starts":1}""", "not-a-number", 1, 1 },
        { "a number past all doubles", Each, $$"""{{{T}},"flow":1e999,"starts":1}""", "not-a-number", 1, 1 },
        { "the same field twice", Each, $$"""{{{T}},"flow":1,"flow":2}""", "duplicate-field", 1, 1 },
        { "no time", Each, """{"flow":1,"starts":2}""", "time-unreadable", 2, 0 },
        { "a time without a zone", Each, """{"ts":"2026-01-01T00:00:05","flow":1}""", "time-unreadable", 1, 0 },
        { "the thirtieth of February", Each, """{"ts":"2026-02-30T00:00:05Z","flow":1}""", "time-unreadable", 1, 0 },
        { "a clock without a battery", Each, """{"ts":"1970-01-01T00:00:05Z","flow":1,"starts":2}""", "time-implausible", 2, 0 },
        { "a clock of the next century", Each, """{"ts":"2100-01-01T00:00:05Z","flow":1}""", "time-implausible", 1, 0 },
        { "half a surrogate in a text", Each, $$"""{{{T}},"recipe":"\ud800"}""", "not-json", 1, 0 },
        { "one reading of two is bad", Each, $$"""[{{{T}},"flow":1},{"flow":2}]""", "time-unreadable", 1, 1 },
        { "the wrong unit", Fields, """{"meta":{"t":1767225605000},"process":{"p1":{"value":65,"unit":"psi"},"flow":2}}""", "wrong-unit", 1, 1 },
        { "a quality nobody knows", Fields, """{"meta":{"t":1767225605000},"process":{"p1":{"value":4,"q":"so-so"},"flow":2}}""", "quality-unreadable", 1, 1 },
        { "a time past all clocks", Fields, """{"meta":{"t":9e30},"process":{"flow":2}}""", "time-unreadable", 1, 0 },
        { "a word for a number", Plain, "n/a", "wrong-type", 1, 0 },
        { "a bare NaN", Plain, "NaN", "not-a-number", 1, 0 },
        { "a row with a cell too few", Csv, "1767225605;1.5;x\n1767225606;2;x;0", "bad-row", 2, 2 },
        { "a quote that stays open", Csv, "1767225605;\"1.5;x;1", "bad-row", 2, 0 },
    };

    [Theory]
    [MemberData(nameof(PoisonMessages))]
    public void What_cannot_be_taken_is_quarantined_and_counted(string onTheFloor, string mapping, string payload, string rule, int values, int stored)
    {
        FactBatch batch = Read(mapping, payload);
        Refusal refusal = Assert.IsType<Refusal>(Assert.Single(batch.Facts));
        Assert.Equal((rule, values, stored), (refusal.Rule, refusal.Values, batch.Samples.Count));
        Assert.Equal(new ArrivalCount(stored, values), ArrivalCount.Of(batch));
        Assert.EndsWith("not stored.", refusal.Sentence, StringComparison.Ordinal);
        Assert.Equal(Encoding.UTF8.GetByteCount(payload), refusal.PayloadLength);
        Assert.NotEmpty(onTheFloor);
    }

    [Fact]
    public void A_payload_that_is_not_UTF8_is_quarantined()
    {
        FactBatch batch = Sites.Reader(Each).Read("plant/P-101/telemetry", Encoding.Latin1.GetBytes("{\"recipe\":\"Kühlung\"}"), false, Now);
        Assert.Equal("not-utf8", Assert.IsType<Refusal>(Assert.Single(batch.Facts)).Rule);
    }

    [Fact]
    public void A_huge_payload_is_not_read_and_only_its_beginning_is_kept()
    {
        FactBatch batch = Read(Each, new string(' ', 300_000) + "{}");
        var refusal = Assert.IsType<Refusal>(Assert.Single(batch.Facts));
        Assert.Equal(("too-large", 300_002L, Refusal.PayloadBytesMax), (refusal.Rule, refusal.PayloadLength, refusal.Payload.Length));
    }

    [Fact]
    public void Too_many_values_are_refused_together()
    {
        string readings = string.Join(',', Enumerable.Range(0, TelemetryLimits.ValuesMax + 1).Select(_ => "{\"starts\":1}"));
        FactBatch batch = Read("""
              - topic: plant/{asset}/telemetry
                payload: json
                values: {each: true}
        """, $"[{readings}]");
        var refusal = Assert.IsType<Refusal>(Assert.Single(batch.Facts));
        Assert.Equal(("too-many-values", TelemetryLimits.ValuesMax + 1, 0), (refusal.Rule, refusal.Values, batch.Samples.Count));
    }

    [Fact]
    public void A_topic_that_no_mapping_knows_is_quarantined()
    {
        FactBatch batch = Sites.Reader(Each).Read("plant/P-101/other", "1"u8, false, Now);
        Assert.Equal("no-mapping", Assert.IsType<Refusal>(Assert.Single(batch.Facts)).Rule);
    }

    [Fact]
    public void A_decimal_comma_is_read_where_it_is_said_and_a_point_then_is_not()
    {
        ArrivalReader reader = Sites.Reader(Plain);
        Assert.Equal(12.5, Assert.Single(reader.Read("german/P-101/flow", "12,5"u8, false, Now).Samples).Value.Double);
        Assert.Equal("wrong-type", Assert.IsType<Refusal>(Assert.Single(reader.Read("german/P-101/flow", "1.234"u8, false, Now).Facts)).Rule);
    }

    [Fact]
    public void A_quality_comes_with_its_value()
    {
        FactBatch batch = Read(Fields, """{"meta":{"t":1767225605000},"process":{"p1":{"value":4,"q":2150694912}}}""");
        Assert.Equal(new Quality(0x8031_0000), Assert.Single(batch.Samples).Quality);
    }

    [Fact]
    public void The_same_message_has_the_same_name_and_another_has_another()
    {
        ArrivalReader reader = Sites.Reader(Each);
        byte[] first = reader.Read("plant/P-101/telemetry", Encoding.UTF8.GetBytes($$"""{{{T}},"flow":1}"""), false, Now).Key.ToArray();
        Assert.Equal(16, first.Length);
        Assert.Equal(first, reader.Read("plant/P-101/telemetry", Encoding.UTF8.GetBytes($$"""{{{T}},"flow":1}"""), false, SampleBuilder.IngestAt(99)).Key.ToArray());
        Assert.NotEqual(first, reader.Read("plant/P-101/telemetry", Encoding.UTF8.GetBytes($$"""{{{T}},"flow":2}"""), false, Now).Key.ToArray());
        Assert.NotEqual(first, reader.Read("plant/P-102/telemetry", Encoding.UTF8.GetBytes($$"""{{{T}},"flow":1}"""), false, Now).Key.ToArray());
    }

    static FactBatch Read(string mapping, string payload)
    {
        string topic = mapping == Fields ? "gateway/P-101/report" : mapping == Plain ? "plain/P-101/flow" : mapping == Csv ? "rows/P-101" : "plant/P-101/telemetry";
        return Sites.Reader(mapping).Read(topic, Encoding.UTF8.GetBytes(payload), retained: false, Now);
    }
}
