using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using EdgeRuntime.FirmwareSim;
using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.FirmwareSim.Verbs;
using EdgeRuntime.Tests.Kit;
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
        { "simulate --received", "--received needs --out" },
        { "simulate --out /no/such/folder/x.csv --for PT1S", "cannot be written" },
        { "simulate --out x.csv --for PT1S --assets 2", "must contain {asset}" },
        { "simulate --script none.yaml", "none.yaml:1: The file does not exist." },
        { "faults", "--for" },
        { "faults --for six", "--for is 'six'" },
        { "faults --for PT12M", "--for PT12M leaves less than PT3M after --normal PT10M" },
        { "faults --for PT20M --per-hour 0.1", "gives no fault in PT10M" },
        { "faults --for PT6H --per-hour 21", "--per-hour is 21; it must be above 0 and at most 20" },
        { "faults --for P9999D --per-hour 20", "holds at most 20000" },
        { "faults --for P365D", "17520 faults do not fit into the 1048576 bytes" },
        { "faults --for PT6H --per-hour 0", "--per-hour is 0" },
        { "faults --for PT6H --kind explosion", "--kind is 'explosion'; it must be one of cavitation" },
        { "faults --for PT6H --severity 0..1", "--severity is '0..1'" },
        { "faults --for PT6H --severity 0.5..0.2", "--severity is '0.5..0.2'" },
        { "faults --for PT6H --severity high", "--severity is 'high'" },
        { "faults --for PT6H --normal 10", "--normal is '10'" },
        { "faults --for PT6H --asset a/b", "--asset is 'a/b'" },
        { "faults --for PT6H --asset A --asset A", "same skid twice" },
        { "faults --for PT6H --out /no/such/folder/x.yaml", "cannot be written" },
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

    [Fact]
    public async Task A_file_tells_on_request_when_each_row_really_came()
    {
        string script = Path.Combine(_folder, "jump.yaml"), file = Path.Combine(_folder, "plant.csv");
        await File.WriteAllTextAsync(script, "kind: FaultScript\nfaults:\n  - {fault: clock-jump, at: PT2S, duration: PT2S, severity: 1}\n", TestContext.Current.CancellationToken);
        (int code, _, string errors) = await RunAsync("simulate", "--script", script, "--rate", "1", "--start", "2026-01-01T12:00:00Z", "--for", "PT6S", "--out", file, "--received");
        Assert.Equal((0, ""), (code, errors));
        string[][] rows = [.. (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Select(l => l.Split(','))];
        Assert.Equal("received", rows[0][^1]);
        Assert.Equal(Enumerable.Range(0, 6).Select(s => $"2026-01-01T12:00:0{s}Z"), rows[1..].Select(r => r[^1]));
        Assert.Equal([true, true, false, false, true, true], rows[1..].Select(r => r[0] == r[^1]));
    }

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
    [InlineData("faults --help", "--kind harmless")]
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

    /// <summary>Frozen before the plant learned its later lies: what was played by an older script is played again.</summary>
    [Theory]
    [InlineData("normal.yaml", null, "PT1H", "9278ae33ab4fd17e29e33e095a8b1b60f418c6082b16bb779a4807877716f7fd")]
    [InlineData("old.yaml", "seed: 11\nfaults:\n  - {fault: cavitation, at: PT60S, duration: PT30S, severity: 1.0, ramp: PT5S}\n  - {fault: cavitation, at: PT150S, duration: PT30S, severity: 0.3, ramp: PT10S}\n"
        + "  - {fault: stuck-sensor, signal: flow, at: PT240S, duration: PT60S}\n  - {fault: dropout, signal: vibration_de, at: PT330S, duration: PT20S}\n  - {fault: dropout, at: PT400S, duration: PT10S}\n",
        "PT8M", "d57f147d1ea3d29f20f2bf336c7bd2f208529bcd9564a185bef0af254c58eba5")]
    [InlineData("faults.yaml", null, "PT26M", "ae28beb04df5f8a5755d00dfb67f8c9f17d2156cd5fbd147faa067b70db99634")]
    public async Task A_script_gives_the_bytes_that_it_always_gave(string script, string? faults, string length, string sha256)
    {
        string path = Path.Combine(TestData.Repository, "firmware-sim", "demo-site", script), file = Path.Combine(_folder, "frozen.csv");
        if (faults is not null)
            await File.WriteAllTextAsync(path = Path.Combine(_folder, script), "kind: FaultScript\n" + faults);
        (int code, _, string errors) = await RunAsync("simulate", "--script", path, "--start", "2026-01-01T00:00:00Z", "--for", length, "--out", file);
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))));
    }

    [Fact]
    public async Task A_drawn_script_is_the_same_every_time_and_the_truth_of_its_plant_is_the_script()
    {
        string script = Path.Combine(_folder, "drawn.yaml"), again = Path.Combine(_folder, "again.yaml"), truth = Path.Combine(_folder, "truth.csv");
        (int code, string output, string errors) = await RunAsync("faults", "--seed", "7", "--for", "PT6H", "--out", script);
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(12, JsonDocument.Parse(output).RootElement.GetProperty("faults").GetInt32());
        await RunAsync("faults", "--seed", "7", "--for", "PT6H", "--out", again);
        Assert.Equal(await File.ReadAllBytesAsync(script), await File.ReadAllBytesAsync(again));
        // Its second line is what one would type to have it again; and without a file it is said.
        string[] line = (await File.ReadAllLinesAsync(script))[1].Split(' ');
        (_, string said, _) = await RunAsync(line[2..]);
        Assert.Equal(await File.ReadAllTextAsync(script), said);

        (code, _, errors) = await RunAsync(
            "simulate", "--script", script, "--rate", "1", "--start", "2026-01-01T00:00:00Z", "--for", "PT6H", "--out", Path.Combine(_folder, "plant.csv"), "--truth-out", truth);
        Assert.Equal((0, ""), (code, errors));
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Assert.Equal(
            FaultScript.Load(script).Faults.Select(f => string.Create(
                CultureInfo.InvariantCulture,
                $"P-101,{FaultNames.Of(f.Kind)},{FaultNames.Of(FaultNames.ClassOf(f.Kind))},{f.Signal},{f.Severity},{PlantTime.Format(start + f.At)},{PlantTime.Format(start + f.End)}")),
            (await File.ReadAllLinesAsync(truth))[1..]);
    }

    [Fact]
    public async Task A_class_of_faults_is_drawn_by_its_name()
    {
        (int code, string yaml, _) = await RunAsync("faults", "--for", "PT6H", "--kind", "harmless", "leak", "--severity", "0.5");
        Assert.Equal(0, code);
        Assert.Contains("--severity 0.5..0.5 --kind leak recipe-change start-up\n", yaml, StringComparison.Ordinal);
        string[] kinds = [.. yaml.Split('\n').Where(l => l.Contains("fault: ", StringComparison.Ordinal)).Select(l => l.Split("fault: ")[1].Split(',')[0])];
        Assert.Equal(["leak", "recipe-change", "start-up"], kinds.Distinct().Order());
    }

    static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = await FirmwareSimCommand.RunAsync(arguments, output, errors, TimeProvider.System);
        return (code, output.ToString(), errors.ToString().ReplaceLineEndings("\n"));
    }
}
