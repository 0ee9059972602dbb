using System.Text.Unicode;
using EdgeRuntime.Facts;
using EdgeRuntime.Telemetry.Csv;
using EdgeRuntime.Telemetry.Definition;
using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Telemetry;

/// <summary>
/// Files as telemetry, in the order of their names, each row one arrival with its original time. A row's name is its content (see <see cref="RowIdentity"/>),
/// so that reading the same files again after a restart stores nothing twice.
/// </summary>
sealed partial class CsvSource(CsvSourceDefinition definition, TimeProvider time, ILoggerFactory loggers) : ITelemetrySource
{
    // Enough that a group commit is full, little enough that a stop is quick.
    const int OutstandingMax = 1_000;
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    readonly ILogger<CsvSource> _logger = loggers.CreateLogger<CsvSource>();
    readonly Arrival _arrival = new();
    readonly Queue<Task> _outstanding = new();
    long _rows;
    int _unreadable;

    public string Name => definition.Name;

    public SourceStatus Status { get; private set; } = new(SourceState.Starting, $"Looking for {definition.Path}.");

    public async Task RunAsync(IIntake intake, CancellationToken stop)
    {
        try
        {
            while (!await TryReadAllAsync(intake, stop))
                await Task.Delay(LookAgain, time, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Status = new SourceStatus(SourceState.Down, $"Reading {definition.Path} was stopped after {Rows}.");
        }
    }

    string Rows => FormattableString.Invariant($"{_rows} rows");

    /// <summary>False: something outside is not as it should be, try again later.</summary>
    async Task<bool> TryReadAllAsync(IIntake intake, CancellationToken stop)
    {
        _rows = 0;
        _unreadable = 0;
        if (CsvFiles.Find(definition.Path, out string missing) is not { } files)
        {
            Tell(missing);
            return false;
        }

        try
        {
            foreach (string file in files)
                await ReadFileAsync(file, intake, stop);
            await DrainAsync(leave: 0);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // The journal could not take it. What was stored is known by its content when the files are read again.
            _outstanding.Clear();
            Tell($"Rows of {Name} could not be stored: {e.Message} They are read again.");
            return false;
        }

        string also = _unreadable == 0 ? "" : FormattableString.Invariant($" {_unreadable} of {files.Count} files could not be read.");
        Status = new SourceStatus(SourceState.Finished, FormattableString.Invariant($"All of {definition.Path} was read: {_rows} rows from {files.Count - _unreadable} files.{also}"));
        LogFinished(Name, _rows, files.Count - _unreadable, _unreadable);
        return true;
    }

    async Task ReadFileAsync(string file, IIntake intake, CancellationToken stop)
    {
        Status = new SourceStatus(SourceState.Connected, $"Reading {file}.");
        using IEnumerator<FactBatch> batches = Batches(file).GetEnumerator();
        long? first = null;
        long began = time.GetTimestamp();
        while (Next(batches, file) is { } next)
        {
            FactBatch batch = next;
            if (definition.Speed > 0 && batch.Samples.Count > 0)
            {
                await PaceAsync(batch.Samples[0].Event.UnixNanoseconds, first ??= batch.Samples[0].Event.UnixNanoseconds, began, stop);
                // When it arrived is true only now, after the wait.
                batch = Restamped(batch);
            }

            _outstanding.Enqueue(intake.TakeAsync(batch, marked: false));
            await DrainAsync(OutstandingMax);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Null at the end. A file that cannot be read gives a last batch that says so; its iterator ends with it.</summary>
    FactBatch? Next(IEnumerator<FactBatch> batches, string file)
    {
        try
        {
            return batches.MoveNext() ? batches.Current : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return RefuseFile(file, $"it cannot be read: {e.Message}");
        }
    }

    FactBatch Restamped(FactBatch batch)
    {
        IngestTime now = IngestTime.Now(time);
        return batch with { Ingest = now, Samples = [.. batch.Samples.Select(s => s with { Ingest = now })] };
    }

    async Task PaceAsync(long at, long first, long began, CancellationToken stop)
    {
        var due = TimeSpan.FromTicks((long)((at - first) / 100 / definition.Speed));
        TimeSpan wait = due - time.GetElapsedTime(began);
        // The timer is no finer than a millisecond; shorter waits add up in the next one.
        if (wait >= TimeSpan.FromMilliseconds(1))
            await Task.Delay(wait, time, stop);
    }

    async Task DrainAsync(int leave)
    {
        while (_outstanding.Count > leave)
            await _outstanding.Dequeue();
    }

    IEnumerable<FactBatch> Batches(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var lines = new CsvLines(stream, TelemetryLimits.RowBytesMax);
        if (!lines.TryRead(out ReadOnlyMemory<byte> header))
        {
            yield return RefuseFile(file, "it is empty.");
            yield break;
        }

        if (CsvHeader.Read(header.Span, definition, out string wrong) is not { } columns)
        {
            yield return RefuseFile(file, wrong);
            yield break;
        }

        var row = new CsvRow(columns, definition.Shape, definition.Time);
        string name = Path.GetFileName(file);
        while (lines.TryRead(out ReadOnlyMemory<byte> line))
        {
            if (line.IsEmpty)
                continue;
            _rows++;
            FactBatch batch = ReadRow(row, line.Span, lines, file, name);
            // A row of empty cells says nothing, and nothing is stored for it.
            if (batch.Count > 0)
                yield return batch;
        }
    }

    FactBatch ReadRow(CsvRow row, ReadOnlySpan<byte> line, CsvLines lines, string file, string name)
    {
        _arrival.Begin(FormattableString.Invariant($"{file}:{lines.Number}"), IngestTime.Now(time));
        if (lines.TooLong)
            _arrival.Refuse(RefusalRules.TooLarge, FormattableString.Invariant($"the row is longer than {TelemetryLimits.RowBytesMax} bytes."), definition.Columns.Count);
        else if (!Utf8.IsValid(line))
            _arrival.Refuse(RefusalRules.NotUtf8, "the row is not UTF-8; save the file as UTF-8.", definition.Columns.Count);
        else
            row.Read(line, _arrival);
        FactBatch batch = _arrival.ToBatch(Name, default, line);
        return batch with { Key = KeyOf(batch, name, line) };
    }

    /// <summary>A row of which something was refused is known by its line: what it wanted to say is not known.</summary>
    ReadOnlyMemory<byte> KeyOf(FactBatch row, string file, ReadOnlySpan<byte> line) => definition.Redelivery switch
    {
        RowIdentity.None => default,
        RowIdentity.Content when row.Facts.Count == 0 => RedeliveryKey.Of(RedeliveryRule.Content, Name, "", System.Text.Encoding.UTF8.GetBytes(WordsOf(row))),
        _ => RedeliveryKey.Of(RedeliveryRule.Content, Name, file, line),
    };

    /// <summary>Columns that nobody asked for (a label, a note) do not make it another row.</summary>
    static string WordsOf(FactBatch row) =>
        string.Join('\n', row.Samples.Select(s => FormattableString.Invariant($"{s.Tag} {s.Event.UnixNanoseconds} {s.Quality.StatusCode} {s.Value.Kind} {s.Value}")));

    FactBatch RefuseFile(string file, string what)
    {
        _unreadable++;
        LogUnreadable(Name, file, what);
        _arrival.Begin(file, IngestTime.Now(time));
        _arrival.Refuse(RefusalRules.FileUnreadable, what);
        return _arrival.ToBatch(Name, RedeliveryKey.Of(RedeliveryRule.Content, Name, Path.GetFileName(file), System.Text.Encoding.UTF8.GetBytes(what)), default);
    }

    void Tell(string sentence)
    {
        if (Status.Sentence != sentence)
            LogDown(sentence);
        Status = new SourceStatus(SourceState.Down, sentence);
    }
}
