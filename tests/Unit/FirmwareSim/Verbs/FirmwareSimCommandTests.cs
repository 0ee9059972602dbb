using System.Text.Json;
using EdgeRuntime.FirmwareSim.Verbs;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.Verbs;

public sealed class FirmwareSimCommandTests
{
    readonly string _folder = Directory.CreateTempSubdirectory("firmware-sim").FullName;

    public static TheoryData<string, string> Mistakes => new()
    {
        { "simulate --rate 0", "--rate is 0" },
        { "simulate --rate ten", "--rate" },
        { "simulate --bogus", "--bogus" },
        { "simulate --speed fast", "--speed is 'fast'" },
        { "simulate --speed -1", "--speed is '-1'" },
        { "simulate --for 10m", "--for is '10m'" },
        { "simulate --start yesterday", "--start is 'yesterday'" },
        { "simulate --broker nowhere:http", "--broker is 'nowhere:http'" },
        { "simulate --qos 3", "--qos is 3" },
        { "simulate --wait soon", "--wait is 'soon'" },
        { "simulate --assets 0", "--assets is 0" },
        { "simulate --asset a/b", "--asset is 'a/b'" },
        { "simulate --asset A --asset A", "same skid twice" },
        { "simulate --asset A --assets 3", "not both" },
        { "simulate --topic telemetry", "--topic is 'telemetry'" },
        { "simulate --topic plant/{asset}", "before the last level" },
        { "simulate --out x.csv", "--out needs --for" },
        { "simulate --out /no/such/folder/x.csv --for PT1S", "cannot be written" },
        { "simulate --out x.csv --for PT1S --assets 2", "must contain {asset}" },
        { "simulate --script none.yaml", "none.yaml:1: The file does not exist." },
        { "replay --format skab", "nothing to replay" },
        { "replay --file x.csv", "--format" },
        { "replay --file none.csv --format skab", "'none.csv' cannot be read" },
        { "replay --folder none --format skab", "folder 'none' does not exist" },
        { "replay --file x.csv --format opc", "--format is 'opc'" },
        { "replay --file x.csv --format generic", "needs --time-column" },
        { "replay --file x.csv --format skab --delimiter ,", "go with --format generic" },
        { "replay --file x.csv --format generic --time-column t --delimiter ab", "--delimiter is 'ab'" },
        { "replay --file x.csv --format skab --zone local", "--zone is 'local'" },
        { "replay --file x.csv --format skab --duplicate 2", "--duplicate is 2" },
        { "replay --file x.csv --format skab --by column", "--by is 'column'" },
        { "replay --file x.csv --format skab --times now", "--times is 'now'" },
        { "replay --file x.csv --format skab --by tag --topic plant/{asset}/t", "needs {signal}" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_on_the_command_line_is_one_sentence_and_exit_code_1(string arguments, string rule)
    {
        (int code, string output, string errors) = await RunAsync(arguments.Split(' '));
        Assert.Equal(1, code);
        Assert.Equal("", output);
        Assert.Contains(rule, errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "firmware-sim simulate --broker")]
    [InlineData("simulate --help", "mosquitto_pub")]
    [InlineData("replay --help", "--by tag")]
    public async Task Help_shows_what_one_would_type(string arguments, string example)
    {
        (int code, string output, _) = await RunAsync(arguments.Split(' '));
        Assert.Equal(0, code);
        Assert.Contains(example, output[output.IndexOf("Examples:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_broker_it_says_so_and_ends_with_2()
    {
        // Port 1 is nobody's.
        (int code, _, string errors) = await RunAsync("simulate", "--broker", "127.0.0.1:1", "--wait", "PT0.3S");
        Assert.Equal(2, code);
        Assert.StartsWith("No MQTT broker answers at 127.0.0.1:1:", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_file_is_the_same_every_time_and_its_truth_lies_beside_it()
    {
        string script = Path.Combine(_folder, "faults.yaml");
        await File.WriteAllTextAsync(script, "kind: FaultScript\nseed: 5\nfaults:\n  - {fault: cavitation, at: PT10S, duration: PT5S}\n  - {fault: dropout, signal: flow, at: PT20S, duration: PT5S}\n  - {fault: dropout, at: PT28S, duration: PT9S}\n");
        async Task<string[]> PlayAsync(string name, params string[] more)
        {
            string file = Path.Combine(_folder, name + ".csv"), truth = Path.Combine(_folder, name + ".truth.csv");
            (int code, string output, string errors) = await RunAsync(
                ["simulate", "--script", script, "--start", "2026-01-01T00:00:00Z", "--for", "PT30S", "--out", file, "--truth-out", truth, .. more]);
            Assert.Equal("", errors);
            Assert.Equal(0, code);
            using JsonDocument summary = JsonDocument.Parse(output);
            Assert.Equal(300, summary.RootElement.GetProperty("scans").GetInt32());
            Assert.Equal(280, summary.RootElement.GetProperty("rows").GetInt32());
            Assert.Equal(
                """
                asset,fault,class,signal,severity,from,to
                P-101,cavitation,process,,1,2026-01-01T00:00:10Z,2026-01-01T00:00:15Z
                P-101,dropout,sensor,flow,1,2026-01-01T00:00:20Z,2026-01-01T00:00:25Z
                P-101,dropout,sensor,,1,2026-01-01T00:00:28Z,2026-01-01T00:00:28Z

                """.ReplaceLineEndings("\n"),
                await File.ReadAllTextAsync(truth));
            return await File.ReadAllLinesAsync(file);
        }

        string[] one = await PlayAsync("one"), two = await PlayAsync("two"), other = await PlayAsync("other", "--seed", "6");
        Assert.Equal(one, two);
        Assert.NotEqual(one, other);
        Assert.Equal(281, one.Length);
        Assert.Equal("t,suction_pressure,discharge_pressure,flow,motor_current,vibration_de,vibration_nde,bearing_temperature,motor_temperature,voltage,valve_position,running,recipe", one[0]);
        Assert.Equal("", one[1 + 220].Split(',')[3]);
        Assert.All(one, l => Assert.Equal(13, l.Split(',').Length));
    }

    static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = await FirmwareSimCommand.RunAsync(arguments, output, errors, TimeProvider.System);
        return (code, output.ToString(), errors.ToString().ReplaceLineEndings("\n"));
    }
}
