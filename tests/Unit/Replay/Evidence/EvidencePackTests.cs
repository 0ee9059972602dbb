using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using EdgeRuntime.Facts;
using EdgeRuntime.Replay.Evidence;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Facts;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay.Evidence;

public sealed class EvidencePackTests : IClassFixture<EvidenceBox>, IDisposable
{
    readonly EvidenceBox _box;
    readonly string _folder = Directory.CreateTempSubdirectory("edgeruntime-test-").FullName;

    public EvidencePackTests(EvidenceBox box) => _box = box;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_decision_gives_the_same_zip()
    {
        EvidencePack pack = _box.Pack();
        string one = pack.WriteTo(Path.Combine(_folder, "one.zip")), two = _box.Pack().WriteTo(Path.Combine(_folder, "two.zip"));

        Assert.False(pack.Signed);
        Assert.Equal(one, two);
        using ZipArchive zip = ZipFile.OpenRead(Path.Combine(_folder, "one.zip"));
        Assert.Equal(pack.Files.Select(f => f.Name), zip.Entries.Select(e => e.FullName));
        Assert.Equal(pack.Files.Select(f => f.Name).Order(StringComparer.Ordinal), pack.Files.Select(f => f.Name));
        string[] wanted = ["evidence.json", "samples.csv", "plan/site.yaml", "plan/rules.yaml", "plan/pipeline.yaml", "SHA256SUMS", "check.py", "README.txt", "journal/pieces.csv"];
        Assert.Empty(wanted.Except(pack.Files.Select(f => f.Name)));
        Assert.True(pack.Files.Count(f => f.Name.EndsWith(".frames", StringComparison.Ordinal)) >= 3, "The frames span several segments, and the activation lies apart.");
    }

    [Fact]
    public async Task The_script_in_the_pack_finds_a_good_one_whole_and_one_flipped_bit_in_any_file()
    {
        string python = await PythonAsync();
        EvidencePack pack = _box.Pack(sign: true);
        List<string> folders = [Lay(pack, "good", null)];
        for (int i = 0; i < pack.Files.Count; i++)
            folders.Add(Lay(pack, string.Create(CultureInfo.InvariantCulture, $"bad-{i}"), pack.Files[i].Name, seed: i));

        Dictionary<string, int> exits = await CheckAsync(python, pack, folders);

        Assert.True(pack.Signed);
        Assert.Equal(0, exits[folders[0]]);
        for (int i = 0; i < pack.Files.Count; i++)
            Assert.True(exits[folders[i + 1]] == 1, $"One flipped bit in {pack.Files[i].Name} was not found.");
        Figures.Say(FormattableString.Invariant($"evidence: one flipped bit found in each of {pack.Files.Count} files of a pack"));
    }

    [Fact]
    public async Task What_contradicts_itself_is_found_even_with_a_new_list_of_digests()
    {
        string python = await PythonAsync();
        EvidencePack pack = _box.Pack();
        string[] names =
        [
            .. pack.Files.Select(f => f.Name).Where(n =>
                n.StartsWith("facts/", StringComparison.Ordinal) || n.StartsWith("batches/", StringComparison.Ordinal) || n.StartsWith("plan/releases/", StringComparison.Ordinal)
                || n.EndsWith(".frames", StringComparison.Ordinal) || n.EndsWith(".header", StringComparison.Ordinal)
                || n is "samples.csv" or "plan/site.yaml" or "plan/rules.yaml" or "plan/pipeline.canonical.json"),
        ];
        string[] folders = [.. names.Select((name, i) => Lay(pack, string.Create(CultureInfo.InvariantCulture, $"new-{i}"), name, seed: i, newList: true))];

        Dictionary<string, int> exits = await CheckAsync(python, pack, folders);

        Assert.True(names.Length > 15, "Most files must be bound by more than the list.");
        for (int i = 0; i < names.Length; i++)
            Assert.True(exits[folders[i]] == 1, $"One flipped bit in {names[i]} with a new SHA256SUMS was not found.");
    }

    [Fact]
    public async Task Sealed_units_come_with_their_signed_checkpoint_and_are_held_to_it()
    {
        string python = await PythonAsync();
        Assert.SkipWhen(await RunAsync("openssl", ["version"]) is null, "openssl is not here.");
        EvidencePack pack = await _box.PackOfSealedAsync(Path.Combine(_folder, "sealed"));
        string[] names = [.. pack.Files.Select(f => f.Name).Where(n => n.StartsWith("sealed/", StringComparison.Ordinal) || n is "keys/box.pub.pem")];
        string good = Lay(pack, "good", null);
        string[] bad = [.. names.Select((name, i) => Lay(pack, string.Create(CultureInfo.InvariantCulture, $"bad-{i}"), name, seed: i, newList: true))];

        Dictionary<string, int> exits = await CheckAsync(python, pack, [good, .. bad]);

        string[] wanted = ["keys/box.pub.pem", "sealed/0000000001.batches.parquet", "sealed/0000000001.checkpoint", "sealed/0000000001.facts.parquet", "sealed/0000000001.samples.parquet"];
        Assert.Equal(wanted, names);
        Assert.Equal(0, exits[good]);
        Assert.All(bad, folder => Assert.Equal(1, exits[folder]));
        Assert.Contains(pack.Files, f => f.Name.EndsWith(".frames", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Frames_that_do_not_go_on_from_the_sealed_unit_are_found()
    {
        string python = await PythonAsync();
        EvidencePack pack = await _box.PackOfSealedAsync(Path.Combine(_folder, "sealed"));
        // Frames of another box whose own chain is whole: only where it begins tells them apart.
        string piece = pack.Files.First(f => f.Name.EndsWith(".frames", StringComparison.Ordinal)).Name;
        string folder = Lay(pack, "other", null);
        Rechain(Path.Combine(folder, piece), Path.Combine(folder, piece[..piece.IndexOf('-', StringComparison.Ordinal)] + ".header"));
        Relist(folder);

        string output = await OutputAsync(python, pack, [folder]);

        Assert.Contains("it does not go on from the hash that the sealed unit before it ends with", output, StringComparison.Ordinal);
        Assert.DoesNotContain("its hash over the one before", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_script_reads_every_kind_of_value_as_we_do()
    {
        string python = await PythonAsync();
        var bytes = new StringBuilder();
        var wanted = new StringBuilder();
        foreach (FactBatch batch in AnyFact.Batches.Array[200].Generate(new PCG(7), null, out _))
        {
            var buffer = new ArrayBufferWriter<byte>();
            FactCodec.Encode(batch, buffer);
            bytes.Append(Convert.ToHexStringLower(buffer.WrittenSpan)).Append('\n');
            foreach (Sample sample in batch.Samples)
                wanted.Append(Line(sample)).Append('\n');
        }

        File.WriteAllBytes(Path.Combine(_folder, "canon.py"), _box.Pack().Files.Single(f => f.Name == "canon.py").Bytes.ToArray());
        File.WriteAllText(Path.Combine(_folder, "batches.hex"), bytes.ToString());
        File.WriteAllText(Path.Combine(_folder, "read.py"), """
            import sys
            from canon import Canon, samples_of
            for line in open(sys.argv[1]):
                c = Canon(bytes.fromhex(line.strip()))
                assert c.u8() == 2
                ingest, _, _ = c.i64(), c.text(), c.take(c.uint())
                for tag, at, server, status, kind, value in samples_of(c, ingest):
                    print(tag.encode().hex(), at, server, status, kind, value.encode().hex())
            """);

        string read = await RunAsync(python, [Path.Combine(_folder, "read.py"), Path.Combine(_folder, "batches.hex")]) ?? "";

        Assert.Equal(wanted.ToString(), read.ReplaceLineEndings("\n"));
        Assert.True(wanted.Length > 1000, "There are samples to read.");

        static string Line(Sample s) => string.Create(
            CultureInfo.InvariantCulture,
            $"{Hex(s.Tag)} {s.Event.UnixNanoseconds} {s.Server?.UnixNanoseconds.ToString(CultureInfo.InvariantCulture) ?? "None"} {s.Quality.StatusCode} {(int)s.Value.Kind} {Hex(EvidenceText.Bits(s.Value))}");

        static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public void A_model_that_is_put_in_force_is_measured_right_behind_its_activation()
    {
        Assert.Equal(["M-1: pump-anomaly 1.0.0 is not signed; it runs because this site allows unsigned releases (registry.allowUnsigned)."], _box.Sentences);
        Assert.Equal([FactKind.Activation, FactKind.Qualification, FactKind.Qualification], _box.Put.Select(f => f.Kind));
        Assert.Equal([(ArmRole.Primary, DeterminismClass.A), (ArmRole.Simple, DeterminismClass.A)], _box.Put.OfType<Qualification>().Select(q => (q.Role, q.Class)));
        Assert.All(_box.Put.OfType<Qualification>(), q => Assert.Equal("1.31.1", q.Environment.OnnxRuntime));
    }

    [Fact]
    public void The_script_is_short_enough_to_be_read()
    {
        foreach (EvidenceFile script in _box.Pack().Files.Where(f => f.Name is "check.py" or "canon.py"))
            Assert.InRange(Encoding.UTF8.GetString(script.Bytes.Span).Count(c => c == '\n'), 100, 150);
    }

    [Fact]
    public void Everything_the_decision_rests_on_is_told_for_people_too()
    {
        EvidencePack pack = _box.Pack();
        using var told = JsonDocument.Parse(pack.Files.Single(f => f.Name == "evidence.json").Bytes);

        Assert.Equal(_box.Recorded.Decision.PredictionId, told.RootElement.GetProperty("decision").GetProperty("predictionId").GetString());
        Assert.Equal(["primary", "simple-model"], told.RootElement.GetProperty("qualifications").EnumerateArray().Select(q => q.GetProperty("role").GetString()).Order(StringComparer.Ordinal));
        string[] lines = Encoding.UTF8.GetString(pack.Files.Single(f => f.Name == "samples.csv").Bytes.Span).TrimEnd('\n').Split('\n');
        Assert.Equal(1 + (3 * EvidenceBox.DecidedSecond), lines.Length);
    }

    static async Task<string> PythonAsync()
    {
        string? found = await RunAsync("python3", ["--version"]) is not null ? "python3" : await RunAsync("python", ["--version"]) is not null ? "python" : null;
        Assert.SkipWhen(found is null, "Python is not here, so the script of a pack cannot be run.");
        return found!;
    }

    /// <summary>Checks all folders in one Python, with the script as it was before anybody touched a pack.</summary>
    async Task<Dictionary<string, int>> CheckAsync(string python, EvidencePack pack, IEnumerable<string> folders) =>
        (await OutputAsync(python, pack, folders)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(l => l.StartsWith("EXIT ", StringComparison.Ordinal))
            .Select(l => l.Split(' ', 3))
            .ToDictionary(l => l[2], l => int.Parse(l[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    async Task<string> OutputAsync(string python, EvidencePack pack, IEnumerable<string> folders)
    {
        string script = Path.Combine(_folder, "check.py"), driver = Path.Combine(_folder, "driver.py");
        foreach (EvidenceFile file in pack.Files.Where(f => f.Name.EndsWith(".py", StringComparison.Ordinal)))
            File.WriteAllBytes(Path.Combine(_folder, file.Name), file.Bytes.ToArray());
        File.WriteAllText(driver, """
            import runpy, sys
            script, folders = sys.argv[1], sys.argv[2:]
            for folder in folders:
                sys.argv = [script, folder]
                print("FOLDER", folder)
                try: runpy.run_path(script, run_name="__main__")
                except SystemExit as end: print("EXIT", end.code, folder)
            """);
        string output = await RunAsync(python, [driver, script, .. folders]) ?? throw new InvalidOperationException("Python did not run.");
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        return output;
    }

    /// <summary>What it said; null where there is no such program.</summary>
    static async Task<string?> RunAsync(string program, string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Unpacks it, with one bit of one file flipped.</summary>
    string Lay(EvidencePack pack, string name, string? flipped, int seed = 0, bool newList = false)
    {
        string folder = Path.Combine(_folder, name);
        foreach (EvidenceFile file in pack.Files)
        {
            byte[] bytes = file.Bytes.ToArray();
            if (file.Name == flipped)
                bytes[(int)((seed * 7919L) + (bytes.Length / 2)) % bytes.Length] ^= (byte)(1 << (seed % 7));
            string path = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }

        if (newList)
            Relist(folder);
        return folder;
    }

    /// <summary>A new list of digests over what lies there now, as a forger makes it.</summary>
    static void Relist(string folder)
    {
        File.Delete(Path.Combine(folder, "SHA256SUMS"));
        File.Delete(Path.Combine(folder, "SHA256SUMS.sig"));
        var sums = new StringBuilder();
        foreach (string name in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(folder, p).Replace('\\', '/')).Order(StringComparer.Ordinal))
            sums.Append(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name))))).Append("  ").Append(name).Append('\n');
        File.WriteAllText(Path.Combine(folder, "SHA256SUMS"), sums.ToString());
    }

    /// <summary>Gives the frames of a piece another hash to begin from, and all that follow from it.</summary>
    static void Rechain(string piece, string header)
    {
        byte[] bytes = File.ReadAllBytes(piece);
        bytes[0] ^= 1;
        for (int at = 32; at < bytes.Length;)
        {
            int end = at + 32 + ((BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4)) + 7) & ~7);
            SHA256.HashData(bytes.AsSpan(at - 32, end - at + 32), bytes.AsSpan(end));
            at = end + 32;
        }

        File.WriteAllBytes(piece, bytes);
        byte[] of = File.ReadAllBytes(header);
        bytes.AsSpan(0, 32).CopyTo(of.AsSpan(40));
        File.WriteAllBytes(header, of);
    }
}
