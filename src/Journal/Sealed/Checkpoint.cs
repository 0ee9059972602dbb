using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// What a box signs about a sealed unit: which frames it holds, where it stands in the hash chain, and every byte of its files. Two
/// lines: the payload as JSON, and the signature over exactly those bytes in base64; its file holds them twice. Drawn in FORMAT.md.
/// </summary>
sealed record Checkpoint
{
    const string Format = "edgeruntime-checkpoint-1";
    const int KeyBytes = 91;

    /// <summary>The front of every SubjectPublicKeyInfo of an uncompressed P-256 point.</summary>
    static ReadOnlySpan<byte> KeyStart =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    static readonly JsonWriterOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Number of the segment that was sealed; of a merged unit the first of its segments.</summary>
    public required long Segment { get; init; }

    /// <summary>The last segment that is in the unit. The checkpoints of those behind the first, where they are still there, do not count.</summary>
    public required long LastSegment { get; init; }

    /// <summary>Segments in the unit: 1 until units are merged.</summary>
    public long Segments => LastSegment - Segment + 1;

    public required long FirstFrame { get; init; }

    /// <summary>One less than <see cref="FirstFrame"/> where the segment held no batch.</summary>
    public required long LastFrame { get; init; }

    /// <summary>Hash of the frame before the first.</summary>
    public required Digest PreviousHash { get; init; }

    /// <summary>Hash of the last frame, an end mark included.</summary>
    public required Digest LastHash { get; init; }

    /// <summary>The earliest ingest time of a batch; 0 where there is none.</summary>
    public required IngestTime FirstIngest { get; init; }

    /// <summary>The latest ingest time of a batch; 0 where there is none.</summary>
    public required IngestTime LastIngest { get; init; }

    public required IReadOnlyList<CheckpointFile> Files { get; init; }

    /// <summary>Samples were taken out after sealing; facts never are.</summary>
    public required bool Thinned { get; init; }

    /// <summary>What was taken out, the oldest first; empty where nothing was.</summary>
    public IReadOnlyList<TakenSamples> Taken { get; init; } = [];

    /// <summary>The public key whose signature this carries, as SubjectPublicKeyInfo.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>What the key is known by.</summary>
    public Digest Fingerprint => Digest.Of(Key.Span);

    public bool Holds(long frame) => frame >= FirstFrame && frame <= LastFrame;

    /// <exception cref="InvalidOperationException">The checkpoint names no such file.</exception>
    public CheckpointFile File(string part) => Files.First(file => file.Name.EndsWith(part, StringComparison.Ordinal));

    /// <summary>Both lines, twice, as they go to disk.</summary>
    public byte[] Signed(ICheckpointSigner signer)
    {
        byte[] payload = (this with { Key = signer.PublicKey }).Payload();
        string signature = Convert.ToBase64String(signer.Sign(payload));
        byte[] copy = [.. payload, (byte)'\n', .. Encoding.ASCII.GetBytes(signature), (byte)'\n'];
        return [.. copy, .. copy];
    }

    /// <exception cref="JournalCorruptException">Neither copy is what was signed.</exception>
    public static Checkpoint Read(IDisk disk, string folder, long number) => CheckpointCopies.Read(disk, folder, number).Checkpoint;

    /// <summary>Checks the signature, with the key that the payload names, before a word of the payload is believed.</summary>
    /// <param name="bytes">One copy.</param>
    /// <exception cref="JournalCorruptException">It is not what was signed.</exception>
    public static Checkpoint Parse(ReadOnlySpan<byte> bytes, long number)
    {
        string name = UnitFile.CheckpointOf(number);
        int end = bytes.IndexOf((byte)'\n');
        if (end < 0 || bytes[^1] != (byte)'\n')
            throw new JournalCorruptException(name, 0, 0, "a checkpoint has two lines");
        ReadOnlySpan<byte> payload = bytes[..end];
        Checkpoint found;
        try
        {
            found = Of(payload);
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new JournalCorruptException(name, 0, 0, $"its payload is not a checkpoint: {wrong.Message.TrimEnd('.')}");
        }

        if (!IsSigned(payload, bytes[(end + 1)..^1], found.Key.Span))
            throw new JournalCorruptException(name, end + 1, found.FirstFrame, "its signature does not match its payload");
        if (found.Segment != number)
            throw new JournalCorruptException(name, 0, found.FirstFrame, $"it is the checkpoint of segment {found.Segment}");
        if (!found.Payload().AsSpan().SequenceEqual(payload))
            throw new JournalCorruptException(name, 0, found.FirstFrame, "its payload is not written as this version writes it");
        return found;
    }

    static bool IsSigned(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> base64, ReadOnlySpan<byte> key)
    {
        byte[] signature = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        if (Base64.DecodeFromUtf8(base64, signature, out int consumed, out int length) != OperationStatus.Done || consumed != base64.Length
            || !Encoding.ASCII.GetBytes(Convert.ToBase64String(signature, 0, length)).AsSpan().SequenceEqual(base64))
            return false;

        // Any other curve is not ours, and a damaged name of a curve is not an answer that every platform gives in the same way.
        if (key.Length != KeyBytes || !key.StartsWith(KeyStart))
            return false;
        try
        {
            using var verifier = ECDsa.Create();
            verifier.ImportSubjectPublicKeyInfo(key, out int read);
            return read == key.Length && verifier.VerifyData(payload, signature.AsSpan(0, length), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    byte[] Payload()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_plain))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteString("key", Convert.ToBase64String(Key.Span));
            json.WriteString("fingerprint", Fingerprint.Hex);
            json.WriteNumber("segment", Segment);
            json.WriteNumber("lastSegment", LastSegment);
            json.WriteNumber("firstFrame", FirstFrame);
            json.WriteNumber("lastFrame", LastFrame);
            json.WriteString("previousHash", PreviousHash.Hex);
            json.WriteString("lastHash", LastHash.Hex);
            json.WriteNumber("firstIngest", FirstIngest.UnixNanoseconds);
            json.WriteNumber("lastIngest", LastIngest.UnixNanoseconds);
            json.WriteStartArray("files");
            foreach (CheckpointFile file in Files)
            {
                json.WriteStartObject();
                json.WriteString("name", file.Name);
                json.WriteNumber("bytes", file.Bytes);
                json.WriteString("sha256", file.Sha256.Hex);
                json.WriteNumber("rows", file.Rows);
                json.WriteString("blocks", Convert.ToBase64String(BytesOf(file.Blocks)));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("thinned", Thinned);
            WriteTaken(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    void WriteTaken(Utf8JsonWriter json)
    {
        if (Taken.Count == 0)
            return;
        json.WriteStartArray("taken");
        foreach (TakenSamples taken in Taken)
        {
            json.WriteStartObject();
            json.WriteString("rule", taken.Rule);
            json.WriteString("before", taken.Before.Hex);
            json.WriteNumber("rows", taken.Rows);
            json.WriteNumber("kept", taken.Kept);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static Checkpoint Of(ReadOnlySpan<byte> payload)
    {
        using JsonDocument json = JsonDocument.Parse(payload.ToArray());
        JsonElement root = json.RootElement;
        if (Text(root, "format") is var format && format != Format)
            throw new FormatException($"format {format} is not known to this version");
        return new Checkpoint
        {
            Segment = Number(root, "segment"),
            LastSegment = Number(root, "lastSegment"),
            FirstFrame = Number(root, "firstFrame"),
            LastFrame = Number(root, "lastFrame"),
            PreviousHash = Hash(root, "previousHash"),
            LastHash = Hash(root, "lastHash"),
            FirstIngest = new IngestTime(Number(root, "firstIngest")),
            LastIngest = new IngestTime(Number(root, "lastIngest")),
            Files = [.. root.GetProperty("files").EnumerateArray().Select(FileOf)],
            Thinned = root.GetProperty("thinned").GetBoolean(),
            Taken = root.TryGetProperty("taken", out JsonElement taken)
                ? [.. taken.EnumerateArray().Select(t => new TakenSamples(Text(t, "rule"), Hash(t, "before"), Number(t, "rows"), Number(t, "kept")))]
                : [],
            Key = Convert.FromBase64String(Text(root, "key")),
        };
    }

    static CheckpointFile FileOf(JsonElement file) => new(
        Text(file, "name"), Number(file, "bytes"), Hash(file, "sha256"), Number(file, "rows"), SumsOf(Convert.FromBase64String(Text(file, "blocks"))));

    static string Text(JsonElement from, string name) => from.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    static long Number(JsonElement from, string name) => from.GetProperty(name).GetInt64();

    static Digest Hash(JsonElement from, string name) =>
        Digest.TryParse(Text(from, name), out Digest digest) ? digest : throw new FormatException($"{name} is not a SHA-256");

    static byte[] BytesOf(uint[] sums)
    {
        byte[] bytes = new byte[sums.Length * sizeof(uint)];
        for (int i = 0; i < sums.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), sums[i]);
        return bytes;
    }

    static uint[] SumsOf(byte[] bytes)
    {
        if (bytes.Length % sizeof(uint) != 0)
            throw new FormatException("blocks is not a list of CRC-32C");
        uint[] sums = new uint[bytes.Length / sizeof(uint)];
        for (int i = 0; i < sums.Length; i++)
            sums[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)));
        return sums;
    }
}
