using System.Runtime.ExceptionServices;
using EdgeRuntime.Journal.Disks;
using ParquetSharp;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>One Parquet file of a unit, opened for reading: gives only what was signed.</summary>
sealed class PartReader : IDisposable
{
    readonly CheckedStream _stream;
    readonly ParquetFileReader _parquet;
    short[] _levels = [];

    /// <param name="mender">Null: damage is refused.</param>
    /// <exception cref="JournalCorruptException">It is not what was signed.</exception>
    public PartReader(IDisk disk, string folder, CheckpointFile signed, UnitMender? mender)
    {
        Signed = signed;
        _stream = new CheckedStream(CheckedFile.Open(disk, folder, signed, mender));
        ParquetFileReader? parquet = null;
        try
        {
            Guard(() => parquet = new ParquetFileReader(_stream, leaveOpen: true));
            _parquet = parquet!;
            OpenParquet.Keep(this, signed.Name);
            Groups = Guard(GroupsOf);
            long rows = Groups.Sum(group => (long)group.Rows);
            if (rows != signed.Rows)
                throw Wrong($"it has {rows} rows and {signed.Rows} were signed");
        }
        catch
        {
            parquet?.Dispose();
            _stream.Dispose();
            OpenParquet.LetGo(this);
            throw;
        }
    }

    public CheckpointFile Signed { get; }

    /// <summary>Row groups with their rows, and the first and last frame in each.</summary>
    public IReadOnlyList<Group> Groups { get; }

    /// <exception cref="JournalCorruptException">A byte is not what was signed.</exception>
    public void Read(int group, Action<RowGroupReader> columns) => Guard(() =>
    {
        using RowGroupReader reader = _parquet.RowGroup(group);
        columns(reader);
    });

    /// <summary>A required column into the front of <paramref name="into"/>.</summary>
    public void Column<T>(RowGroupReader group, int column, Span<T> into)
        where T : unmanaged
    {
        using var reader = (ColumnReader<T>)group.Column(column);
        for (int read = 0; read < into.Length;)
        {
            reader.ReadBatch(into.Length - read, default, default, into[read..], out long values);
            if (values == 0)
                throw Wrong("a column ends before its rows do");
            read += (int)values;
        }
    }

    /// <summary>An optional column: values where <paramref name="has"/> says 1.</summary>
    public bool Optional<T>(RowGroupReader group, int column, Span<short> has, Span<T> into)
        where T : unmanaged
    {
        using var reader = (ColumnReader<T>)group.Column(column);
        bool any = false;
        for (int read = 0; read < has.Length;)
        {
            Span<short> levels = has[read..];
            long count = reader.ReadBatch(levels.Length, levels, default, into[read..], out long values);
            if (count == 0)
                throw Wrong("a column ends before its rows do");
            if (values > 0 && values < count)
                Spread(levels[..(int)count], into.Slice(read, (int)count), (int)values);
            any |= values > 0;
            read += (int)count;
        }

        return any;
    }

    /// <summary>Hands over the bytes of each row of a byte string column; those of an optional one only where there are any.</summary>
    public void Bytes(RowGroupReader group, int column, int rows, bool optional, RowBytes give)
    {
        const int AtOnce = 4096;
        using var reader = (ColumnReader<ByteArray>)group.Column(column);
        var values = new ByteArray[Math.Min(rows, AtOnce)];
        if (_levels.Length < values.Length)
            _levels = new short[values.Length];
        for (int read = 0; read < rows;)
        {
            int wanted = Math.Min(values.Length, rows - read);
            Span<short> levels = optional ? _levels.AsSpan(0, wanted) : default;
            long count = reader.ReadBatch(wanted, levels, default, values.AsSpan(0, wanted), out _);
            if (count == 0)
                throw Wrong("a column ends before its rows do");
            for (int i = 0, value = 0; i < count; i++)
            {
                if (!optional || levels[i] != 0)
                    give(read + i, values[value++]);
            }

            read += (int)count;
        }
    }

    public JournalCorruptException Wrong(string what) => new(Signed.Name, 0, 0, what);

    public void Dispose()
    {
        _parquet.Dispose();
        _stream.Dispose();
        OpenParquet.LetGo(this);
    }

    Group[] GroupsOf()
    {
        using FileMetaData meta = _parquet.FileMetaData;
        int batchColumn = Enumerable.Range(0, meta.NumColumns).First(column => meta.Schema.Column(column).Name == "batch");
        var groups = new Group[meta.NumRowGroups];
        for (int i = 0; i < groups.Length; i++)
        {
            using RowGroupReader group = _parquet.RowGroup(i);
            RowGroupMetaData groupMeta = group.MetaData;
            using ColumnChunkMetaData chunk = groupMeta.GetColumnChunkMetaData(batchColumn);
            using var frames = chunk.Statistics as Statistics<long>;
            if (frames is not { HasMinMax: true })
                throw Wrong("a row group does not say which batches are in it");
            groups[i] = new Group(checked((int)groupMeta.NumRows), frames.Min, frames.Max);
        }

        return groups;
    }

    // From the back, so that no value is written over before it has moved.
    static void Spread<T>(ReadOnlySpan<short> levels, Span<T> values, int count)
    {
        for (int row = levels.Length - 1; row >= 0 && count > 0; row--)
        {
            if (levels[row] != 0)
                values[row] = values[--count];
        }
    }

    void Guard(Action act) => Guard(() =>
    {
        act();
        return true;
    });

    T Guard<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception wrong) when (wrong is ParquetException or InvalidCastException or OverflowException)
        {
            if (_stream.Failure is { } failure)
                ExceptionDispatchInfo.Throw(failure);
            throw Wrong($"it cannot be read as Parquet: {wrong.Message.TrimEnd('.')}");
        }
    }

    public readonly record struct Group(int Rows, long FirstFrame, long LastFrame);

    public delegate void RowBytes(int row, ByteArray bytes);
}
