using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using ParquetSharp;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// Gives the batches of a sealed unit back in frame order, from any frame. Has one row group of each file in memory, and reads samples
/// and facts only when a batch that has some is asked for.
/// </summary>
sealed class UnitReader : IDisposable
{
    static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly Checkpoint _checkpoint;
    readonly Dictionary<string, string> _tagNames;
    readonly PartReader _batches;
    readonly PartReader? _samplesFile;
    readonly PartReader _facts;
    readonly SampleRows _rows = new();
    readonly SamplesLeft _left;
    int _nextStripe;
    long _from;

    // The stripe that is being read.
    int _at;
    long[] _ingest = [];
    string[] _origin = [];
    byte[][] _key = [];
    int[] _sampleCount = [];
    int[] _factCount = [];
    int[] _sampleStart = [];
    int[] _factStart = [];
    int[]? _rowOf;
    byte[][]? _fact;

    /// <param name="tagNames">One string instance per tag name, kept by who reads many units.</param>
    /// <param name="skipsSamples">Gives batches without their samples, and never opens the file that holds them.</param>
    /// <param name="mender">Goes on behind what can be mended; null: all damage is refused.</param>
    /// <exception cref="JournalCorruptException">A file is not what was signed.</exception>
    public UnitReader(IDisk disk, string folder, Checkpoint checkpoint, Dictionary<string, string> tagNames, bool skipsSamples = false, UnitMender? mender = null)
    {
        _checkpoint = checkpoint;
        _tagNames = tagNames;
        if (checkpoint.Thinned)
            _left = checkpoint.File(UnitFile.Samples).Rows > 0 ? SamplesLeft.Outline : SamplesLeft.Nothing;
        PartReader? samples = null;
        PartReader? facts = null;
        try
        {
            samples = skipsSamples ? null : new PartReader(disk, folder, checkpoint.File(UnitFile.Samples), mender);
            facts = new PartReader(disk, folder, checkpoint.File(UnitFile.Facts), mender);
            _batches = new PartReader(disk, folder, checkpoint.File(UnitFile.Batches), mender);
            (_samplesFile, _facts) = (samples, facts);
        }
        catch
        {
            samples?.Dispose();
            facts?.Dispose();
            throw;
        }

        Stripe = (checkpoint.FirstFrame, checkpoint.FirstFrame - 1);
        _from = checkpoint.FirstFrame;
        long frames = _batches.Groups.Sum(group => (long)group.Rows);
        if (frames != checkpoint.LastFrame - checkpoint.FirstFrame + 1)
        {
            Dispose();
            throw _batches.Wrong($"it has {frames} batches and the checkpoint names frames {checkpoint.FirstFrame} to {checkpoint.LastFrame}");
        }
    }

    PartReader Samples => _samplesFile!;

    /// <summary>The first and last frame of the row groups that were read last. What is wrong in them costs these.</summary>
    public (long First, long Last) Stripe { get; private set; }

    /// <summary>Every fact is encoded again and compared with its stored bytes.</summary>
    public bool ProvesFacts { get; init; }

    /// <summary>Only batches of this origin are given, and samples and facts of no others are read; null: all.</summary>
    public string? Origin { get; init; }

    /// <summary>Goes on with <paramref name="frame"/>, or with the first behind it.</summary>
    public void MoveTo(long frame)
    {
        _from = frame;
        _nextStripe = 0;
        while (_nextStripe < _batches.Groups.Count && _batches.Groups[_nextStripe].LastFrame < frame)
            _nextStripe++;
        Stripe = (frame, frame - 1);
        _at = 0;
    }

    /// <summary>The next batch, or null behind the last.</summary>
    /// <exception cref="JournalCorruptException">Bytes are not what was signed; <see cref="Stripe"/> says which frames are lost.</exception>
    public StoredBatch? Next()
    {
        while (true)
        {
            if (_at > Stripe.Last - Stripe.First)
            {
                if (_nextStripe == _batches.Groups.Count)
                    return null;
                ReadStripe(_nextStripe++);
                continue;
            }

            int at = _at;
            if (Stripe.First + at < _from || (Origin is not null && !string.Equals(_origin[at], Origin, StringComparison.Ordinal)))
            {
                _at++;
                continue;
            }

            StoredBatch batch = Build(at);
            _at++;
            return batch;
        }
    }

    /// <summary>The newest frame whose ingest time is at or before <paramref name="time"/>; 0 where there is none.</summary>
    public long FrameAt(IngestTime time)
    {
        for (int stripe = _batches.Groups.Count - 1; stripe >= 0; stripe--)
        {
            PartReader.Group group = _batches.Groups[stripe];
            long[] ingest = new long[group.Rows];
            _batches.Read(stripe, reader => _batches.Column(reader, UnitSchema.Batches.IngestTime, ingest.AsSpan()));
            for (int i = ingest.Length - 1; i >= 0; i--)
            {
                if (ingest[i] <= time.UnixNanoseconds)
                    return group.FirstFrame + i;
            }
        }

        return 0;
    }

    public void Dispose()
    {
        _batches.Dispose();
        _samplesFile?.Dispose();
        _facts.Dispose();
    }

    void ReadStripe(int stripe)
    {
        PartReader.Group group = _batches.Groups[stripe];
        int rows = group.Rows;
        Stripe = (group.FirstFrame, group.LastFrame);
        _at = 0;
        _rowOf = null;
        _fact = null;
        if (group.LastFrame - group.FirstFrame + 1 != rows)
            throw _batches.Wrong($"a row group of {rows} rows has frames {group.FirstFrame} to {group.LastFrame}");
        if (_ingest.Length < rows)
        {
            _ingest = new long[rows];
            _origin = new string[rows];
            _key = new byte[rows][];
            _sampleCount = new int[rows];
            _factCount = new int[rows];
            _sampleStart = new int[rows + 1];
            _factStart = new int[rows + 1];
        }

        string origin = "";
        _batches.Read(stripe, reader =>
        {
            long[] frames = new long[rows];
            _batches.Column(reader, UnitSchema.Batches.Batch, frames.AsSpan());
            for (int i = 0; i < rows; i++)
            {
                if (frames[i] != group.FirstFrame + i)
                    throw _batches.Wrong($"frame {frames[i]} stands in the place of frame {group.FirstFrame + i}");
            }

            _batches.Column(reader, UnitSchema.Batches.IngestTime, _ingest.AsSpan(0, rows));
            _batches.Bytes(reader, UnitSchema.Batches.Origin, rows, optional: false, (row, bytes) => _origin[row] = origin = Text(_batches, bytes, origin));
            _batches.Bytes(reader, UnitSchema.Batches.Key, rows, optional: false, (row, bytes) => _key[row] = Span(bytes).ToArray());
            _batches.Column(reader, UnitSchema.Batches.Samples, _sampleCount.AsSpan(0, rows));
            _batches.Column(reader, UnitSchema.Batches.Facts, _factCount.AsSpan(0, rows));
        });
        for (int i = 0; i < rows; i++)
        {
            _sampleStart[i + 1] = checked(_sampleStart[i] + _sampleCount[i]);
            _factStart[i + 1] = checked(_factStart[i] + _factCount[i]);
        }
    }

    StoredBatch Build(int at)
    {
        long frame = Stripe.First + at;
        try
        {
            var ingest = new IngestTime(_ingest[at]);
            Sample[] samples = SamplesOf(at, ingest);
            return new StoredBatch(frame, new FactBatch
            {
                Ingest = ingest,
                Origin = _origin[at],
                Key = _key[at],
                Samples = samples,
                Facts = FactsOf(at),
            })
            {
                SamplesTaken = _sampleCount[at] - samples.Length,
                Left = _left,
            };
        }
        catch (Exception wrong) when (wrong is FormatException or FactFormatException)
        {
            string name = (wrong is FactFormatException ? _facts : Samples).Signed.Name;
            throw new JournalCorruptException(name, 0, frame, wrong.Message.TrimEnd('.'));
        }
    }

    Sample[] SamplesOf(int at, IngestTime ingest)
    {
        if (_sampleCount[at] == 0 || _samplesFile is null)
            return [];
        int[] rowOf = _rowOf ??= ReadSamples();
        ReadOnlySpan<int> rows = rowOf.AsSpan(_sampleStart[at], _sampleCount[at]);
        int kept = rows.Length - rows.Count(0);
        if (kept < rows.Length && !_checkpoint.Thinned)
            throw new FormatException($"{rows.Length - kept} of {rows.Length} samples are missing");
        var samples = new Sample[kept];
        int next = 0;
        foreach (int row in rows)
        {
            if (row > 0)
                samples[next++] = _rows.SampleAt(row - 1, ingest);
        }

        return samples;
    }

    Fact[] FactsOf(int at)
    {
        if (_factCount[at] == 0)
            return [];
        byte[][] bytes = _fact ??= ReadFacts();
        var facts = new Fact[_factCount[at]];
        for (int i = 0; i < facts.Length; i++)
        {
            byte[] stored = bytes[_factStart[at] + i];
            facts[i] = FactCodec.Decode(stored);
            if (ProvesFacts && !FactCodec.Encode(facts[i]).AsSpan().SequenceEqual(stored))
                throw new FactFormatException(0, "its bytes are not the canonical form of the fact in them");
        }

        return facts;
    }

    /// <summary>For each sample of the stripe in its order, the row that it is at, from 1; 0 where it was taken out.</summary>
    int[] ReadSamples()
    {
        int[] rowOf = new int[_sampleStart[(int)(Stripe.Last - Stripe.First) + 1]];
        _rows.Clear();
        if (GroupOf(Samples) is not { } group)
            return rowOf;
        int count = Samples.Groups[group].Rows;
        _rows.SetCount(count);
        Samples.Read(group, ReadColumns);
        for (int row = 0; row < count; row++)
        {
            long at = _rows.Batch[row] - Stripe.First;
            int index = _rows.Index[row];
            if (at < 0 || at > Stripe.Last - Stripe.First || index < 0 || index >= _sampleCount[at])
                throw Samples.Wrong($"row {row} of a row group is sample {index} of batch {_rows.Batch[row]}, which has no such sample");
            ref int place = ref rowOf[_sampleStart[at] + index];
            if (place != 0)
                throw Samples.Wrong($"sample {index} of batch {_rows.Batch[row]} is there twice");
            place = row + 1;
        }

        return rowOf;
    }

    void ReadColumns(RowGroupReader reader)
    {
        int rows = _rows.Count;
        byte[] last = [];
        string tag = "";
        Samples.Bytes(reader, UnitSchema.Samples.Tag, rows, optional: false, (row, bytes) =>
        {
            // Sorted by tag: mostly it is the name of the row before.
            ReadOnlySpan<byte> name = Span(bytes);
            if (!name.SequenceEqual(last) || row == 0)
            {
                tag = Text(Samples, bytes, tag);
                last = name.ToArray();
            }

            _rows.Tag[row] = tag;
        });
        Samples.Column(reader, UnitSchema.Samples.SourceTime, _rows.SourceTime.AsSpan(0, rows));
        _rows.AnyServerTime = Samples.Optional(reader, UnitSchema.Samples.ServerTime, _rows.HasServerTime.AsSpan(0, rows), _rows.ServerTime.AsSpan(0, rows));
        Samples.Column(reader, UnitSchema.Samples.Batch, _rows.Batch.AsSpan(0, rows));
        Samples.Column(reader, UnitSchema.Samples.Index, _rows.Index.AsSpan(0, rows));
        Samples.Column(reader, UnitSchema.Samples.Quality, _rows.Quality.AsSpan(0, rows));
        Samples.Column(reader, UnitSchema.Samples.Kind, _rows.Kind.AsSpan(0, rows));
        Samples.Column(reader, UnitSchema.Samples.Mantissa, _rows.Mantissa.AsSpan(0, rows));
        Samples.Column(reader, UnitSchema.Samples.Scale, _rows.Scale.AsSpan(0, rows));
        _rows.AnyRaw = Samples.Optional(reader, UnitSchema.Samples.Raw, _rows.HasRaw.AsSpan(0, rows), _rows.Raw.AsSpan(0, rows));
        Array.Clear(_rows.Text, 0, rows);
        Samples.Bytes(reader, UnitSchema.Samples.Text, rows, optional: true, (row, bytes) => _rows.Text[row] = Text(Samples, bytes));
        if (_rows.Scale.AsSpan(0, rows).ContainsAnyExceptInRange(0, DecimalForm.ScaleMax))
            throw Samples.Wrong("a scale is out of range");
    }

    byte[][] ReadFacts()
    {
        int count = _factStart[(int)(Stripe.Last - Stripe.First) + 1];
        byte[][] facts = new byte[count][];
        if (GroupOf(_facts) is not { } group || _facts.Groups[group].Rows != count)
            throw _facts.Wrong($"the {count} facts of frames {Stripe.First} to {Stripe.Last} are not in one row group");
        _facts.Read(group, reader =>
        {
            long[] frames = new long[count];
            int[] indexes = new int[count];
            _facts.Column(reader, UnitSchema.FactColumns.Batch, frames.AsSpan());
            _facts.Column(reader, UnitSchema.FactColumns.Index, indexes.AsSpan());
            _facts.Bytes(reader, UnitSchema.FactColumns.Fact, count, optional: false, (row, bytes) => facts[row] = Span(bytes).ToArray());
            for (int at = 0, row = 0; row < count; at++)
            {
                for (int i = 0; i < _factCount[at]; i++, row++)
                {
                    if (frames[row] != Stripe.First + at || indexes[row] != _sampleCount[at] + i)
                        throw _facts.Wrong($"position {frames[row]}.{indexes[row]} stands in the place of {Stripe.First + at}.{_sampleCount[at] + i}");
                }
            }
        });
        return facts;
    }

    int? GroupOf(PartReader part)
    {
        int low = 0;
        int high = part.Groups.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            PartReader.Group group = part.Groups[middle];
            if (group.LastFrame < Stripe.First)
                low = middle + 1;
            else if (group.FirstFrame > Stripe.Last)
                high = middle - 1;
            else
                return middle;
        }

        return null;
    }

    static unsafe ReadOnlySpan<byte> Span(ByteArray bytes) => new((void*)bytes.Pointer, bytes.Length);

    string Text(PartReader part, ByteArray bytes, string same)
    {
        ReadOnlySpan<byte> utf8 = Span(bytes);
        Span<char> chars = utf8.Length <= 256 ? stackalloc char[utf8.Length] : new char[utf8.Length];
        int length;
        try
        {
            length = s_utf8.GetChars(utf8, chars);
        }
        catch (ArgumentException)
        {
            throw part.Wrong("a text is not UTF-8");
        }

        ReadOnlySpan<char> text = chars[..length];
        if (text.SequenceEqual(same))
            return same;
        Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> names = _tagNames.GetAlternateLookup<ReadOnlySpan<char>>();
        if (names.TryGetValue(text, out string? known))
            return known;
        string made = text.ToString();
        _tagNames.Add(made, made);
        return made;
    }

    static string Text(PartReader part, ByteArray bytes)
    {
        try
        {
            return s_utf8.GetString(Span(bytes));
        }
        catch (ArgumentException)
        {
            throw part.Wrong("a text is not UTF-8");
        }
    }
}
