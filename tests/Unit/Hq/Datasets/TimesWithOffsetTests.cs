using EdgeRuntime.Hq.Datasets;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Datasets;

/// <summary>Alone, because it moves the process to another time zone.</summary>
[CollectionDefinition(nameof(TimesWithOffsetTests), DisableParallelization = true)]
public sealed class TimesWithOffsetAlone;

[Collection(nameof(TimesWithOffsetTests))]
public sealed class TimesWithOffsetTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("offsets").FullName;
    readonly string? _zone = Environment.GetEnvironmentVariable("TZ");

    public void Dispose()
    {
        MoveTo(_zone);
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("yyyy-MM-dd'T'HH:mm:sszzz", "2026-01-01T00:00:00+02:00", "2025-12-31T22:00:00Z")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ssK", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ssK", "2026-01-01T00:00:00", "2026-01-01T00:00:00Z")]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2026-01-01 00:00:00", "2026-01-01T00:00:00Z")]
    public void A_time_is_the_same_wherever_it_is_read(string format, string cell, string expected)
    {
        File.WriteAllText(Path.Combine(_folder, "a.csv"), $"t,P\n{cell},1\n");
        var mapping = new CsvMapping("*.csv", ',', "t", format, null, [new CsvColumn("P", "pressure", "")]);
        foreach (string zone in new[] { "UTC", "America/New_York", "Asia/Tokyo" })
        {
            MoveTo(zone);
            Assert.Equal(expected, CsvFiles.Read(_folder, mapping).Rows.Single().At.ToString());
        }
    }

    static void MoveTo(string? zone)
    {
        Environment.SetEnvironmentVariable("TZ", zone);
        TimeZoneInfo.ClearCachedData();
    }
}
