using System.Text;
using CsCheck;
using EdgeRuntime.Settings;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Settings;

public sealed class SettingsDocumentTests
{
    public static TheoryData<string, string, string> NotTheSubset => new()
    {
        { "a key twice", "a: 1\nb: 2\na: 3\n", "3: The key 'a' stands here a second time; every key may be given once." },
        { "a key twice in a section", "x:\n  a: 1\n  b: 2\n  a: 3\n", "4: The key 'a' stands here a second time; every key may be given once." },
        { "an anchor", "a: &x 1\n", "1: Anchors (&name) are not allowed; write the value out." },
        { "an alias", "a: 1\nb: *x\n", "2: Aliases (*name) are not allowed; write the value out." },
        { "a tag", "a: 1\nb: !!str 5\n", "2: Tags (tag:yaml.org,2002:str) are not allowed." },
        { "a tag of its own", "a: 1\nb: !secret 5\n", "2: Tags (!secret) are not allowed." },
        { "the tag that says nothing", "a: ! 5\n", "1: Tags (!) are not allowed." },
        { "a merge key", "a: 1\n<<: {b: 2}\n", "2: Merge keys (<<) are not allowed; write the keys out." },
        { "an unclosed list", "a: [1, 2\nb: 3\n", "1: This is not valid YAML: a list, a mapping or a quote is not closed." },
        { "a tab as indentation", "a:\n\tb: 1\n", "1: This is not valid YAML: While scanning a mapping, found invalid tab as indentation." },
        { "nothing", "", "1: The file must hold exactly one document, a mapping of keys to values." },
        { "only a comment", "# later\n", "1: The file must hold exactly one document, a mapping of keys to values." },
        { "a list", "- 1\n", "1: The file must hold exactly one document, a mapping of keys to values." },
        { "two documents", "a: 1\n---\nb: 2\n", "1: The file must hold exactly one document, a mapping of keys to values." },
    };

    [Theory]
    [MemberData(nameof(NotTheSubset))]
    public void What_is_not_plain_YAML_is_refused_in_one_sentence(string what, string yaml, string sentence)
    {
        // The reader asks for keys as always: a document that could not be read does not also miss every one of them.
        string[] wrong = Documents.Wrong(yaml, root => root.Text("name"));
        Assert.True(wrong is [var only] && only == sentence, $"{what}: {string.Join(" | ", wrong)}");
    }

    [Fact]
    public void Several_anchors_and_aliases_are_told_at_once() =>
        Assert.Equal(3, Documents.Wrong("a: &x 1\nb: &y 2\nc: *x\n").Length);

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused() =>
        Assert.Equal(["1: The file is not UTF-8."], Documents.Wrong(SettingsDocument.Parse("site.yaml", [(byte)'a', (byte)':', (byte)' ', 0xff])));

    [Fact]
    public void A_byte_order_mark_is_not_part_of_the_first_key()
    {
        SettingsDocument document = SettingsDocument.Parse("site.yaml", [0xef, 0xbb, 0xbf, .. "a: 1\n"u8]);
        Assert.Equal(1, document.Root.Integer("a"));
        document.ThrowIfInvalid();
    }

    [Fact]
    public void Thirty_two_levels_are_read_and_thirty_three_are_not()
    {
        Assert.DoesNotContain(Documents.Wrong(Nested(31)), w => w.Contains("nested", StringComparison.Ordinal));
        Assert.Equal(["1: The document is nested deeper than 32 levels."], Documents.Wrong(Nested(32)));

        static string Nested(int lists) => $"a: {new string('[', lists)}{new string(']', lists)}\n";
    }

    /// <summary>Loading YAML is recursive: read without a limit, this file would end the process.</summary>
    [Fact]
    public void A_file_of_brackets_is_refused_and_not_loaded() =>
        Assert.Equal(["1: The document is nested deeper than 32 levels."], Documents.Wrong("a: " + new string('[', 500_000)));

    [Fact]
    public void A_large_file_is_refused_by_its_size()
    {
        byte[] large = Encoding.UTF8.GetBytes("a: " + new string('x', SettingsDocument.BytesMax));
        Assert.Equal(["1: The file has 1048579 bytes; at most 1048576 are read."], Documents.Wrong(SettingsDocument.Parse("site.yaml", large)));
    }

    [Fact]
    public void A_file_that_cannot_be_read_says_why()
    {
        string folder = Directory.CreateTempSubdirectory("settings").FullName;
        try
        {
            string missing = Path.Combine(folder, "site.yaml");
            Assert.Equal([$"{missing}:1: The file does not exist."], Sentences(missing));
            Assert.Equal([$"{folder}:1: This is a folder; a file is expected."], Sentences(folder));
            string large = Path.Combine(folder, "large.yaml");
            File.WriteAllBytes(large, new byte[SettingsDocument.BytesMax + 1]);
            Assert.Equal([$"{large}:1: The file has 1048577 bytes; at most 1048576 are read."], Sentences(large));
            Assert.Single(Sentences(""));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static IEnumerable<string> Sentences(string path) =>
            Assert.Throws<SettingsException>(() => SettingsDocument.Load(path)).Violations.Select(v => v.ToString());
    }

    [Fact]
    public void A_file_is_read_with_its_own_bytes()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "name: pump\n");
            SettingsDocument document = SettingsDocument.Load(file);
            Assert.Equal("pump", document.Root.Text("name"));
            Assert.Equal("name: pump\n"u8.ToArray(), document.Bytes.ToArray());
            document.ThrowIfInvalid();
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void JSON_is_read_as_it_stands()
    {
        SettingsDocument document = Documents.Parse("{\n\t\"name\": \"a\\/b \\u00fc \\ud83d\\ude00\",\r\n\t\"list\": [\"x\", \"y\"], \"n\": -1.5e3, \"on\": true, \"none\": null,\n\"in\": {\"port\": 8080}}\n");
        SettingsNode root = document.Root;
        Assert.Equal("a/b ü 😀", root.Text("name"));
        Assert.Equal(["x", "y"], root.Texts("list"));
        Assert.Equal(-1500, root.Number("n"));
        Assert.True(root.FlagOr("on", false));
        Assert.Equal("else", root.TextOr("none", "else"));
        Assert.Equal(8080, root.Section("in").Integer("port"));
        document.ThrowIfInvalid();
    }

    [Fact]
    public void In_JSON_too_a_key_stands_once() =>
        Assert.Equal(["2: The key 'a' stands here a second time; every key may be given once."], Documents.Wrong("{\"a\": 1,\n\"a\": 2}"));

    [Fact]
    public void A_number_in_quotes_is_text() =>
        Assert.Equal(["1: port: is '8080'; it must be a whole number."], Documents.Wrong("{\"port\": \"8080\"}", root => root.Integer("port")));

    /// <summary>Good documents with characters changed, added and removed: there is always a sentence, never an exception.</summary>
    [Fact]
    public void No_text_makes_the_reader_throw()
    {
        const string good = "kind: Site\nname: \"a\"\nassets:\n  - id: P-101\n    shadows: [x, {y: 1}]\n    signals: {flow: 'f'} # c\n  - |\n   text\n";
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 3], Gen.String[Gen.Char["[]{}:-,&*!|>'\"%@`#? \n\tab1<"], 1, 6]).Array[1, 6].Sample(edits =>
        {
            var text = new StringBuilder(good);
            foreach ((int at, int removed, string added) in edits)
            {
                int from = Math.Min(at, text.Length);
                text.Remove(from, Math.Min(removed, text.Length - from)).Insert(from, added);
            }

            Assert.All(Documents.Wrong(text.ToString(), root => root.List("assets")), w => Assert.Matches(@"^\d+: .+[.?]$", w));
        }, iter: 20_000);
    }
}
