using EdgeRuntime.Settings;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Settings;

public sealed class SettingsNodeTests
{
    [Theory]
    [InlineData("a: 1\nb: [x, {c: 2}]\n", "b: # a note\n  - x\n  - {c:  2}\na: 1\n", true)]
    [InlineData("a: 1\n", "a: 2\n", false)]
    [InlineData("a: [1, 2]\n", "a: [2, 1]\n", false)]
    [InlineData("a: null\n", "a: \"null\"\n", false)]
    [InlineData("a: x\nb: y\n", "a: 'x\"1\"b'\n", false)]
    public void Two_nodes_have_the_same_words_when_they_say_the_same(string one, string other, bool same) =>
        Assert.Equal(same, Documents.Parse(one).Root.Words() == Documents.Parse(other).Root.Words());

    [Fact]
    public void A_typo_is_told_with_the_key_that_was_meant() =>
        Assert.Equal(["3: http.prot: is not a known key; did you mean 'port'?"],
            Documents.Wrong("http:\n  address: 127.0.0.1\n  prot: 80\n", root =>
            {
                SettingsNode http = root.Section("http");
                http.Text("address");
                http.IntegerOr("port", 8080);
            }));

    [Fact]
    public void A_key_like_no_other_is_told_with_all_that_are_known() =>
        Assert.Equal(["1: colour: is not a known key; known here: address, port."],
            Documents.Wrong("colour: blue\n", root =>
            {
                root.TextOr("port", "");
                root.TextOr("address", "");
            }));

    [Fact]
    public void Unknown_keys_are_found_in_sections_and_lists_too() =>
        Assert.Equal(["3: sources[1].nam: is not a known key; did you mean 'name'?"],
            Documents.Wrong("sources:\n  - name: a\n  - nam: b\n", root =>
            {
                foreach (SettingsNode source in root.List("sources"))
                    source.TextOr("name", "");
            }));

    [Fact]
    public void A_section_asked_for_twice_remembers_what_was_read_the_first_time() =>
        Assert.Empty(Documents.Wrong("http: {address: a, port: 1}\n", root =>
        {
            root.Section("http").Text("address");
            root.Section("http").Integer("port");
        }));

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_in_the_order_of_the_lines() =>
        Assert.Equal(
            [
                "1: name: is missing.",
                "1: extra: is not a known key; known here: broker, every, list, name, port, rate.",
                "2: port: is 70000; it must be from 1 to 65535.",
                "3: every: is '5s'; it must be an ISO 8601 duration in days, hours, minutes and seconds, such as PT5S or P1D.",
                "4: rate: is 'fast'; it must be a number.",
                "5: list: must be a list.",
                "6: broker: must be a mapping of keys to values.",
            ],
            Documents.Wrong("extra: 1\nport: 70000\nevery: 5s\nrate: fast\nlist: x\nbroker: on\n", root =>
            {
                root.Text("name");
                root.Integer("port", 1, 65535);
                root.Duration("every");
                root.Number("rate");
                root.Texts("list");
                root.Section("broker").Text("address");
            }));

    [Fact]
    public void A_missing_section_is_told_once_and_not_once_per_key_in_it() =>
        Assert.Equal(["1: broker: is missing."],
            Documents.Wrong("a: 1\n", root =>
            {
                root.Integer("a");
                SettingsNode broker = root.Section("broker");
                broker.Text("address");
                broker.Section("tls").Text("file");
            }));

    [Fact]
    public void A_key_without_a_value_is_not_called_missing() =>
        Assert.Equal(["2: b: has no value."], Documents.Wrong("a: 1\nb:\n", root =>
        {
            root.Integer("a");
            root.Text("b");
        }));

    [Fact]
    public void A_text_that_must_be_there_must_not_be_empty()
    {
        Assert.Equal(["1: a: is empty; write a value."], Documents.Wrong("a: \"\"\n", root => root.Text("a")));
        Assert.Empty(Documents.Wrong("a: \"\"\n", root => Assert.Equal("", root.TextOr("a", "b"))));
    }

    [Theory]
    [InlineData("PT5S", 5)]
    [InlineData("PT0.005S", 0.005)]
    [InlineData("PT1H30M", 5400)]
    [InlineData("P1D", 86400)]
    [InlineData("P1DT1S", 86401)]
    public void A_duration_is_ISO_8601(string text, double seconds) =>
        Assert.Empty(Documents.Wrong($"d: {text}\n", root => Assert.Equal(TimeSpan.FromSeconds(seconds), root.Duration("d"))));

    [Theory]
    [InlineData("5")]
    [InlineData("5s")]
    [InlineData("00:00:05")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("P1W")]
    [InlineData("-PT5S")]
    [InlineData("pt5s")]
    [InlineData("PT99999999999999S")]
    public void What_has_no_fixed_length_or_is_no_duration_is_refused(string text)
    {
        string wrong = Assert.Single(Documents.Wrong($"d: {text}\n", root => root.Duration("d")));
        Assert.Equal($"1: d: is '{text}'; it must be an ISO 8601 duration in days, hours, minutes and seconds, such as PT5S or P1D.", wrong);
    }

    [Theory]
    [InlineData("-1.5e3", -1500)]
    [InlineData("0.1", 0.1)]
    [InlineData("7", 7)]
    public void A_number_is_written_as_in_JSON(string text, double number) =>
        Assert.Empty(Documents.Wrong($"n: {text}\n", root => Assert.Equal(number, root.Number("n"))));

    [Theory]
    [InlineData(".nan")]
    [InlineData(".inf")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    [InlineData("1_000")]
    [InlineData("\"5\"")]
    [InlineData("yes")]
    public void What_is_no_finite_number_is_refused(string text)
    {
        string wrong = Assert.Single(Documents.Wrong($"n: {text}\n", root => root.Number("n")));
        Assert.Equal($"1: n: is '{text.Trim('"')}'; it must be a number.", wrong);
    }

    [Theory]
    [InlineData("5.0")]
    [InlineData("9223372036854775808")]
    [InlineData("five")]
    public void What_is_no_whole_number_is_refused(string text) =>
        Assert.Equal([$"1: n: is '{text}'; it must be a whole number."], Documents.Wrong($"n: {text}\n", root => root.Integer("n")));

    public static TheoryData<string, Action<SettingsNode>, string> OutOfRange => new()
    {
        { "a port above the last", root => root.Integer("n", 1, 65535), "is 70000; it must be from 1 to 65535." },
        { "a whole number below its only limit", root => root.Integer("n", min: 100_000), "is 70000; it must be at least 100000." },
        { "a whole number above its only limit", root => root.Integer("n", max: 1), "is 70000; it must be at most 1." },
        { "a small whole number above its limit", root => root.IntegerOr("n", 1, max: 9), "is 70000; it must be at most 9." },
        { "a number outside both limits", root => root.Number("n", 0, 1), "is 70000; it must be from 0 to 1." },
        { "a number below its only limit", root => root.Number("n", min: 1e6), "is 70000; it must be at least 1000000." },
        { "an optional number above its only limit", root => root.NumberOr("n", 0, max: 0.5), "is 70000; it must be at most 0.5." },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_number_outside_its_range_is_told_with_the_range(string what, Action<SettingsNode> read, string rule)
    {
        string wrong = Assert.Single(Documents.Wrong("n: 70000\n", read));
        Assert.True(wrong == $"1: n: {rule}", $"{what}: {wrong}");
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("True")]
    [InlineData("1")]
    [InlineData("'true'")]
    public void A_flag_is_true_or_false_and_nothing_else(string text)
    {
        string wrong = Assert.Single(Documents.Wrong($"f: {text}\n", root => root.FlagOr("f", false)));
        Assert.Equal($"1: f: is '{text.Trim('\'')}'; it must be true or false.", wrong);
    }

    [Fact]
    public void A_choice_names_all_words_it_takes()
    {
        var words = new Dictionary<string, int> { ["low"] = 1, ["high"] = 2 };
        Assert.Equal(["1: c: is 'Low'; it must be one of low, high."], Documents.Wrong("c: Low\n", root => root.Choice("c", words)));
        Assert.Empty(Documents.Wrong("c: high\n", root => Assert.Equal(2, root.Choice("c", words))));
        Assert.Equal(["1: c: is missing."], Documents.Wrong("{}", root => root.Choice("c", words)));
        Assert.Empty(Documents.Wrong("{}", root => Assert.Equal(7, root.ChoiceOr("c", 7, words))));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("[2, 1]")]
    [InlineData("[1, .inf]")]
    [InlineData("[a, b]")]
    [InlineData("5")]
    public void A_range_is_a_pair_with_the_lower_number_first(string text) =>
        Assert.Equal(["1: r: must be a pair of numbers [low, high] with low not above high."], Documents.Wrong($"r: {text}\n", root => root.OptionalRange("r")));

    [Fact]
    public void A_list_of_texts_holds_only_texts() =>
        Assert.Equal(["2: l: must be a list of plain values.", "3: l: must be a list of plain values."],
            Documents.Wrong("l: [a,\n {b: 1},\n null]\n", root => Assert.Equal(["a"], root.Texts("l"))));

    [Fact]
    public void A_list_of_mappings_names_the_item_that_is_none() =>
        Assert.Equal(["3: l[1]: must be a mapping of keys to values."],
            Documents.Wrong("l:\n  - a: 1\n  - x\n", root => root.List("l")[0].Integer("a")));

    [Fact]
    public void A_file_in_the_wrong_place_is_known_by_its_kind()
    {
        Assert.Equal(["1: kind: is 'Tags'; this file must be 'Site'."], Documents.Wrong("kind: Tags\n", root => root.RequireKind("Site")));
        Assert.Equal(["1: kind: is missing."], Documents.Wrong("{}", root => root.RequireKind("Site")));
    }

    [Fact]
    public void A_rule_of_the_reader_itself_is_told_at_the_line_of_the_value() =>
        Assert.Equal(["3: http.port: is taken."], Documents.Wrong("http:\n  address: a\n  port: 1\n", root =>
        {
            SettingsNode http = root.Section("http");
            http.Text("address");
            http.Integer("port");
            http.Violate("port", "is taken.");
        }));

    [Fact]
    public void A_violation_says_file_line_key_and_rule() =>
        Assert.Equal("site.yaml:3: http.port: is taken.", new SettingsViolation("site.yaml", 3, "http.port", "is taken.").ToString());
}
