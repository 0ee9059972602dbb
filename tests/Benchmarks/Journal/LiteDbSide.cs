using EdgeRuntime.Facts;
using LiteDB;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>LiteDB 5, InsertBulk of one document per value, 20 batches at a time, checkpointed to disk after each.</summary>
sealed class LiteDbSide : IAppendSide
{
    const int BatchesPerBulk = 20;

    readonly string _path;
    readonly LiteDatabase _database;
    readonly ILiteCollection<BsonDocument> _samples;
    long _batch;

    public LiteDbSide(string folder)
    {
        _path = Path.Combine(folder, "documents.db");
        _database = new LiteDatabase(_path);
        _samples = _database.GetCollection("samples", BsonAutoId.Int64);
    }

    public string Name => "LiteDB documents";

    public int ValuesPerRound => 10_000;

    public void Store(IReadOnlyList<FactBatch> batches)
    {
        foreach (FactBatch[] some in batches.Chunk(BatchesPerBulk))
        {
            _samples.InsertBulk(some.SelectMany(Documents));

            // Insert returns before its pages are written; the checkpoint is what makes them durable.
            _database.Checkpoint();
        }
    }

    public long StoredBytes() => new FileInfo(_path).Length;

    public void Dispose() => _database.Dispose();

    IEnumerable<BsonDocument> Documents(FactBatch batch)
    {
        _batch++;
        foreach (Sample sample in batch.Samples)
        {
            yield return new BsonDocument
            {
                ["batch"] = _batch,
                ["tag"] = sample.Tag,
                ["event"] = sample.Event.UnixNanoseconds,
                ["quality"] = (long)sample.Quality.StatusCode,
                ["value"] = PlantData.Number(sample),
            };
        }
    }
}
