using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

/// <summary>SKAB's files overlap: 1,269 of their 34,750 rows are the same moment with the same values a second time, under another file's name and often with other labels.</summary>
public sealed class OverlappingFilesTests : IDisposable
{
    const int Rows = 34_750;
    const int Moments = 33_481;

    static readonly string[] Sensors =
        ["Accelerometer1RMS", "Accelerometer2RMS", "Current", "Pressure", "Temperature", "Thermocouple", "Voltage", "Volume Flow RateRMS"];

    readonly string _folder = Directory.CreateTempSubdirectory("overlap-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("content", Moments)]
    [InlineData("file", Rows)]
    public async Task Rows_that_files_share_are_stored_once_where_the_source_calls_them_a_redelivery_and_twice_where_not_and_reading_again_stores_nothing(string redelivery, int stored)
    {
        Assert.SkipWhen(TestData.Folder is null, TestData.Absent);
        foreach (string path in Directory.GetFiles(Path.Combine(TestData.Folder, "skab"), "*.csv", SearchOption.AllDirectories))
            File.Copy(path, Path.Combine(_folder, $"{Path.GetFileName(Path.GetDirectoryName(path))}-{Path.GetFileName(path)}"));

        IntakeCounts first = await ReadAsync(redelivery);
        // A second process: what it knows, it knows from the journal.
        IntakeCounts again = await ReadAsync(redelivery);

        Assert.Equal((Rows * Sensors.Length, stored * Sensors.Length), (first.Received, first.Stored));
        Assert.Equal((Rows * Sensors.Length, 0), (again.Received, again.Stored));
        Assert.True(first.Reconciles && again.Reconciles);
        HashSet<(EventTime, string)> values = [];
        int samples = 0;
        foreach (StoredBatch batch in JournalReader.Open(Journal, new RealDisk()).Read())
        {
            samples += batch.Batch.Samples.Count;
            values.UnionWith(batch.Batch.Samples.Select(s => (s.Event, s.Tag)));
        }

        Assert.Equal((stored * Sensors.Length, Moments * Sensors.Length), (samples, values.Count));
    }

    string Journal => Path.Combine(_folder, "journal");

    async Task<IntakeCounts> ReadAsync(string redelivery)
    {
        var tags = new TagCatalogue(Sensors.Select(s => new TagContract($"T.{s}", TagType.Double, "", null, null, "")));
        SettingsDocument document = SettingsDocument.Parse(Path.Combine(_folder, "sources.yaml"), Encoding.UTF8.GetBytes($$"""
            kind: Sources
            sources:
              - name: skab
                type: csv
                path: "*.csv"
                delimiter: ";"
                redelivery: {{redelivery}}
                time: { column: datetime, format: "yyyy-MM-dd HH:mm:ss", zone: UTC }
                columns: { {{string.Join(", ", Sensors.Select(s => $"\"{s}\": \"T.{s}\""))}} }
            """));
        SourcesDefinition sources = SourcesDefinition.Read(document, tags);
        document.ThrowIfInvalid();
        await using JournalStore journal = JournalStore.Open(Journal, new JournalOptions(), new RealDisk(), TimeProvider.System, NullLogger<JournalStore>.Instance);
        var pump = new IntakePump(journal, JournalSurvey.Of(journal).Window(), TimeProvider.System);
        ITelemetrySource source = Assert.Single(TelemetrySources.Create(sources, tags, TimeProvider.System, NullLoggerFactory.Instance));
        await source.RunAsync(pump, TestContext.Current.CancellationToken);
        Assert.Equal(SourceState.Finished, source.Status.State);
        return pump.Counts;
    }
}
