using System.Globalization;
using System.Text;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>A message that no plant should send, and what must become of it.</summary>
/// <param name="Rule">The rule that its refusal names; empty where all of it is stored.</param>
/// <param name="Refused">Values that are not stored.</param>
/// <param name="Stored">Values beside them that are.</param>
/// <param name="Says">What the sentence must hold: what is wrong, and where it helps, what to do.</param>
sealed record BadMessage(string What, string Topic, byte[] Payload, string Rule, int Refused, int Stored, params string[] Says)
{
    const string Pump = "plant/P-101/telemetry";

    public int Qos { get; init; } = 1;

    public bool Retain { get; init; }

    public RedeliveryRule Redelivery { get; init; } = RedeliveryRule.Content;

    /// <summary>How the sentence says where; the topic unless told.</summary>
    public string Where { get => field ?? $"'{Topic}'"; init; }

    /// <summary>The name under which its batch lies in the journal.</summary>
    public string Key => Convert.ToHexStringLower(RedeliveryKey.Of(Redelivery, "plant", Topic, Payload).Span);

    /// <summary>Two further topics beside the pump's: a meter that names its units, and bare values without a time.</summary>
    public const string MoreTopics = """
              - topic: meter/{asset}
                qos: 2
                payload: json
                time: {field: t, format: iso8601}
                values: {fields: {v: {tag: "{asset}.valve_position", unitField: u, quality: q}}}
              - topic: bare/{asset}/{signal}
                payload: plain
        """;

    /// <summary>Kept by the broker from before the box was there.</summary>
    public static IReadOnlyList<BadMessage> Retained { get; } =
    [
        Json("a poison message that the broker keeps", "\"flow\":1,\"old\"", "truncated-json", 1, 0, "stops in the middle", "look for a sender") with { Retain = true },
        new("a kept value of unknown age", "bare/P-101/flow", "12.5"u8.ToArray(), "retained-without-time", 1, 0, "kept", "does not say when") { Retain = true, Redelivery = RedeliveryRule.Flag },
    ];

    public static IReadOnlyList<BadMessage> All(DateTimeOffset now)
    {
        string t = $"\"t\":\"{now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}\"";
        return
        [
            Json("cut off by a bad line", $"{t},\"flow\":1,\"volt", "truncated-json", 1, 0, "stops in the middle", "look for a sender"),
            Json("Python's NaN", $"{t},\"flow\":NaN,\"voltage\":401}}", "not-a-number", 1, 1, "P-101.flow", "not a finite number", "send nothing, or null"),
            Json("Python's Infinity", $"{t},\"flow\":-Infinity,\"voltage\":402}}", "not-a-number", 1, 1, "P-101.flow", "not a finite number"),
            Json("a number past all doubles", $"{t},\"flow\":1e999,\"voltage\":403}}", "not-a-number", 1, 1, "P-101.flow", "not a finite number"),
            Json("the largest number there is", $"{t},\"flow\":1e308}}", "", 0, 1),
            new("the wrong unit", "meter/P-101", Utf8($"{{{t},\"v\":0.6,\"u\":\"1\"}}"), "wrong-unit", 1, 0, "P-101.valve_position", "came in '1'", "is in '%'", "change the sender or tags.yaml"),
            new("a quality nobody knows", "meter/P-101", Utf8($"{{{t},\"v\":61,\"u\":\"%\",\"q\":\"so-so\"}}"), "quality-unreadable", 1, 0, "so-so", "neither good, uncertain, bad") { Qos = 2 },
            Json("a tag that nobody named", $"{t},\"pressure_9\":1}}", "unknown-tag", 1, 0, "P-101.pressure_9", "tags.yaml"),
            new("an asset that nobody named", "plant/P-999/telemetry", Utf8($"{{{t},\"flow\":1}}"), "unknown-tag", 1, 0, "P-999.flow", "tags.yaml"),
            new("a topic of other writing", "plant/Pümpe №1 €/telemetry", Utf8($"{{{t},\"flow\":1}}"), "unknown-tag", 1, 0, "Pümpe"),
            new("a huge payload", Pump, Utf8($"{{{t},\"recipe\":\"{new string('x', 3 << 20)}\"}}"), "too-large", 1, 0, "bytes; at most 2097152 are read", "maxPayload"),
            new("a text that no frame can hold", Pump, Utf8($"{{{t},\"recipe\":\"{new string('y', 1536 << 10)}\",\"flow\":51}}"), "too-large", 2, 0, "from plant is more than", "send it in parts", "P-101.recipe") { Where = "from plant" },
            new("bad UTF-8", Pump, [.. Utf8($"{{{t},\"recipe\":\""), 0xC3, 0x28, 0xFF, .. "\"}"u8], "not-utf8", 1, 0, "not UTF-8", "set the sender to UTF-8"),
            Json("a clock without a battery", "\"t\":\"1970-01-01T00:00:05Z\",\"flow\":1,\"voltage\":404}", "time-implausible", 2, 0, "1970-01-01", "before 2000", "check the sender's clock"),
            Json("a clock of the next century", "\"t\":\"2100-01-01T00:00:05Z\",\"flow\":1,\"voltage\":405}", "time-implausible", 2, 0, "2100-01-01", "more than a day ahead", "check both clocks"),
            Json("a time in words", "\"t\":\"yesterday\",\"flow\":1}", "time-unreadable", 1, 0, "'yesterday'", "not ISO 8601, such as"),
            Json("no time", "\"flow\":1,\"voltage\":406}", "time-unreadable", 2, 0, "'t'", "is missing"),
            new("nothing", Pump, [], "empty-payload", 1, 0, "empty"),
            Json("nested without end", $"{t},\"flow\":{string.Concat(Enumerable.Repeat("[", 200))}1{new string(']', 200)}}}", "too-deep", 1, 0, "deeper than 16 levels"),
            Json("text for a number", $"{t},\"flow\":\"fast\",\"voltage\":407}}", "wrong-type", 1, 1, "P-101.flow", "the text 'fast'", "is double"),
            Json("an object for a number", $"{t},\"flow\":{{\"v\":1}},\"voltage\":408}}", "wrong-type", 1, 1, "'flow'", "is an object or a list"),
            Json("half a surrogate in a text", $"{t},\"recipe\":\"\\ud800\"}}", "not-json", 1, 0, "not Unicode"),
            Json("the same field twice", $"{t},\"flow\":52,\"flow\":53}}", "duplicate-field", 1, 1, "'flow'", "stands twice"),
            Json("a log line behind the object", $"{t},\"flow\":1}} ERROR", "not-json", 1, 0, "is not JSON (line 1"),
            new("a list of numbers", Pump, "[1,2,3]"u8.ToArray(), "not-an-object", 3, 0, "not an object"),
            Json("only a time", $"{t}}}", "no-mapping", 1, 0, "none of the fields"),
            new("a word for a number", "bare/P-101/flow", "n/a"u8.ToArray(), "wrong-type", 1, 0, "P-101.flow", "'n/a'") { Redelivery = RedeliveryRule.Flag },
            Json("poison at QoS 0", $"{t},\"flow\":", "truncated-json", 1, 0, "stops in the middle") with { Qos = 0 },
            Json("poison at QoS 2", $"{t},\"flow\":2", "truncated-json", 1, 0, "stops in the middle") with { Qos = 2 },
            Json("good at QoS 0", $"{t},\"voltage\":409}}", "", 0, 1) with { Qos = 0 },
            Json("good at QoS 2", $"{t},\"voltage\":410}}", "", 0, 1) with { Qos = 2 },
        ];
    }

    /// <summary>On a topic that the box subscribed to once and no longer reads.</summary>
    public static BadMessage Orphan { get; } =
        new("a topic of an older subscription", "old/P-101", "{\"flow\":1}"u8.ToArray(), "no-mapping", 1, 0, "no topic in sources.yaml matches") { Redelivery = RedeliveryRule.Flag };

    /// <summary>Rubbish by a seed: half of it random bytes, half of it good messages with a few bytes changed.</summary>
    public static IEnumerable<BadMessage> Rubbish(int seed, int count, DateTimeOffset now)
    {
        var random = new Random(seed);
        for (int n = 0; n < count; n++)
        {
            byte[] payload = n % 2 == 0 ? new byte[random.Next(1, 300)] : PumpSite.Message(now + TimeSpan.FromMilliseconds(n), 50);
            if (n % 2 == 0)
                random.NextBytes(payload);
            else
                random.GetItems(Enumerable.Range(0, payload.Length).ToArray(), 4).ToList().ForEach(at => payload[at] = (byte)random.Next(256));
            yield return new BadMessage($"rubbish {n}", Pump, payload, "", 0, 0);
        }
    }

    static BadMessage Json(string what, string inside, string rule, int refused, int stored, params string[] says) =>
        new(what, Pump, Utf8("{" + inside), rule, refused, stored, says);

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
