using System.Runtime.ExceptionServices;
using EdgeRuntime.Journal.Disks;
using ParquetSharp;
using ParquetSharp.Schema;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>One Parquet file of a unit while it is written. What the disk says comes out as the disk said it.</summary>
sealed class UnitPart : IDisposable
{
    readonly DiskStream _stream;
    readonly GroupNode _schema;
    readonly WriterProperties _properties;
    readonly ParquetFileWriter _parquet;

    /// <summary>Takes <paramref name="schema"/> and <paramref name="properties"/> over, also where it throws.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public UnitPart(IDisk disk, string folder, string name, GroupNode schema, WriterProperties properties)
    {
        Name = name;
        _schema = schema;
        _properties = properties;
        try
        {
            _stream = new DiskStream(disk.Create(Path.Combine(folder, name), 0));
            _parquet = new ParquetFileWriter(_stream, schema, properties, leaveOpen: true);
        }
        catch
        {
            _stream?.Dispose();
            properties.Dispose();
            schema.Dispose();
            throw;
        }

        OpenParquet.Keep(this, name);
    }

    public string Name { get; }

    public long Rows { get; private set; }

    /// <summary>Writes one row group, column by column in the order of the schema.</summary>
    public void Write(int rows, Action<RowGroupWriter> columns)
    {
        if (rows == 0)
            return;
        Guard(() =>
        {
            using RowGroupWriter group = _parquet.AppendRowGroup();
            columns(group);
        });
        Rows += rows;
    }

    /// <summary>Writes the footer; returns when the file is on the medium.</summary>
    public void Finish() => Guard(() =>
    {
        _parquet.Close();
        _stream.Finish();
    });

    public void Dispose()
    {
        _parquet.Dispose();
        _properties.Dispose();
        _schema.Dispose();
        _stream.Dispose();
        OpenParquet.LetGo(this);
    }

    void Guard(Action act)
    {
        try
        {
            act();
        }
        catch (ParquetException) when (_stream.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
