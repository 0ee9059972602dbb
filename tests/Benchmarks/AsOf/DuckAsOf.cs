using System.Globalization;
using DuckDB.NET.Data;

namespace EdgeRuntime.Tests.Benchmarks.AsOf;

/// <summary>DuckDB's side: the same samples in Parquet files of its own, sorted by tag and time, and ASOF JOIN with one thread.</summary>
sealed class DuckAsOf : IDisposable
{
    readonly DuckDBConnection _connection = new("DataSource=:memory:");
    readonly string _sorted;

    public DuckAsOf(string folder, IEnumerable<string> sampleFiles)
    {
        _connection.Open();
        _sorted = Path.Combine(folder, "duck-sorted.parquet");
        string files = string.Join(", ", sampleFiles.Select(file => $"'{file}'"));
        Run("SET threads = 1");
        Run("SET preserve_insertion_order = true");

        // Times as whole numbers: cheaper for it than timestamps.
        Run($"COPY (SELECT tag, epoch_ns(source_time::TIMESTAMP_NS) AS event_ns, coalesce(raw, mantissa / (10.0 ** scale)::DOUBLE) AS value FROM read_parquet([{files}]) ORDER BY tag, event_ns) TO '{_sorted}' (FORMAT parquet, COMPRESSION zstd)");
    }

    public void Run(string sql)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Ask(string[] names, (int Tag, long At)[] asks, string table)
    {
        Run($"CREATE OR REPLACE TABLE {table} (ask INTEGER, tag VARCHAR, moment BIGINT)");
        using DuckDBAppender appender = _connection.CreateAppender(table);
        for (int i = 0; i < asks.Length; i++)
            appender.CreateRow().AppendValue(i).AppendValue(names[asks[i].Tag]).AppendValue(asks[i].At).EndRow();
    }

    /// <summary>The join, summed up so that no time goes into handing rows over: how many, and their times and hundredths.</summary>
    public (long Rows, long Times, long Hundredths) Sum(string table)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = $"SELECT count(*), sum((s.event_ns - {Base}) // 1000000), sum(round(s.value * 100)::BIGINT) FROM {table} a ASOF JOIN read_parquet('{_sorted}') s ON a.tag = s.tag AND a.moment >= s.event_ns";
        using DuckDBDataReader reader = command.ExecuteReader();
        reader.Read();
        return (
            Convert.ToInt64(reader.GetValue(0), CultureInfo.InvariantCulture),
            Whole(reader.GetValue(1)),
            Whole(reader.GetValue(2)));
    }

    /// <summary>Every answer: the time of the sample and its value; time -1 where there is none.</summary>
    public void Answers(string table, long[] times, double[] values)
    {
        Array.Fill(times, -1);
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = $"SELECT a.ask, s.event_ns, s.value FROM {table} a ASOF JOIN read_parquet('{_sorted}') s ON a.tag = s.tag AND a.moment >= s.event_ns";
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            int ask = reader.GetInt32(0);
            (times[ask], values[ask]) = (reader.GetInt64(1), reader.GetDouble(2));
        }
    }

    /// <summary>Taken off every time before its milliseconds are summed up, on both sides.</summary>
    public const long Base = 1_767_225_600_000_000_000;

    public void Dispose() => _connection.Dispose();

    static long Whole(object value) => value is System.Numerics.BigInteger big ? (long)big : Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
