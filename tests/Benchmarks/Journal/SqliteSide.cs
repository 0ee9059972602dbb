using EdgeRuntime.Facts;
using Microsoft.Data.Sqlite;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>SQLite, WAL, synchronous=FULL, one row per value, one prepared statement, 20 batches per transaction.</summary>
sealed class SqliteSide : IAppendSide
{
    const int BatchesPerTransaction = 20;

    readonly string _path;
    readonly SqliteConnection _connection;
    readonly SqliteCommand _insert;
    long _batch;

    public SqliteSide(string folder)
    {
        _path = Path.Combine(folder, "rows.db");
        _connection = new SqliteConnection($"Data Source={_path};Pooling=False");
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
        Execute("CREATE TABLE samples (batch INTEGER, tag TEXT, event INTEGER, quality INTEGER, value REAL)");
        _insert = _connection.CreateCommand();
        _insert.CommandText = "INSERT INTO samples VALUES ($batch, $tag, $event, $quality, $value)";
        foreach (string name in (string[])["$batch", "$tag", "$event", "$quality", "$value"])
            _insert.Parameters.Add(new SqliteParameter { ParameterName = name });
        _insert.Prepare();
    }

    public string Name => "SQLite WAL FULL rows";

    public int ValuesPerRound => 100_000;

    public void Store(IReadOnlyList<FactBatch> batches)
    {
        foreach (FactBatch[] some in batches.Chunk(BatchesPerTransaction))
        {
            using SqliteTransaction transaction = _connection.BeginTransaction();
            _insert.Transaction = transaction;
            foreach (FactBatch batch in some)
                Insert(batch);
            transaction.Commit();
        }
    }

    public long StoredBytes()
    {
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        return new FileInfo(_path).Length;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    void Insert(FactBatch batch)
    {
        _batch++;
        foreach (Sample sample in batch.Samples)
        {
            _insert.Parameters[0].Value = _batch;
            _insert.Parameters[1].Value = sample.Tag;
            _insert.Parameters[2].Value = sample.Event.UnixNanoseconds;
            _insert.Parameters[3].Value = (long)sample.Quality.StatusCode;
            _insert.Parameters[4].Value = PlantData.Number(sample);
            _insert.ExecuteNonQuery();
        }
    }

    void Execute(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
