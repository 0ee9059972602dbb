using System.CommandLine;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Tables;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime export</c>: samples of an asset with engineering values as Parquet or CSV, for the tools that people have.</summary>
static class ExportVerb
{
    const int NamesMax = 20;

    /// <summary>How far the bar goes for each tag.</summary>
    const int Steps = 1000;

    public static Command Command()
    {
        var asset = new Option<string?>("--asset") { Description = "The asset, as site.yaml calls it." };
        var tag = new Option<string[]>("--tag") { Description = "Only these of its tags; all that have samples unless given.", AllowMultipleArgumentsPerToken = true };
        var from = new Option<string?>("--from") { Description = "From this moment on (event time)." };
        var to = new Option<string?>("--to") { Description = "Up to this moment, which itself is not in it." };
        Option<string?> zone = Moment.ZoneOption();
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; its name ends with .parquet or .csv." };
        var known = new Option<string?>("--known-at") { Description = "Only what the box had learned by then, by its own clock; all that it knows now unless given." };
        var force = new Option<bool>("--force") { Description = "Write over a file that is there." };
        var view = new Option<bool>("--print-view") { Description = "Print the DuckDB view over the sealed files of the journal, and do nothing else." };
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("export", "Write samples of an asset as Parquet or CSV with engineering values. Example: edgeruntime export --asset P-101 --from 2026-03-15T14:00:00Z --to 2026-03-15T15:00:00Z -o p101.parquet --data ./data") { asset, tag, from, to, zone, output, known, force, view, settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            if (parsed.GetValue(view))
            {
                Console.Out.Write(View());
                return Task.FromResult(Exit.Ok);
            }

            if (parsed.GetValue(asset) is not { } id || parsed.GetValue(from) is not { } first || parsed.GetValue(to) is not { } end || parsed.GetValue(output) is not { } file)
                throw new VerbRefusedException("Say what to export and to where: --asset, --from, --to and -o are all needed.");
            TimeZoneInfo read = Moment.Zone(parsed.GetValue(zone));
            var asked = new Ask(id, parsed.GetValue(tag) ?? [], Moment.Parse(first, read), Moment.Parse(end, read), parsed.GetValue(known) is { } by ? Moment.Parse(by, read) : null);
            if (asked.From.Time >= asked.To.Time)
                throw new VerbRefusedException($"The interval is empty: it goes from {asked.From.Reading} to {asked.To.Reading}, and its end is not in it.");
            DataFolder folder = DataFolder.Open(parsed.GetValue(data), parsed.GetValue(settings)!, TimeProvider.System);
            string path = Target(file, folder, parsed.GetValue(force));
            SiteOverTime site = SiteOverTime.Of(folder);
            using var samples = AsOfReader.Open(folder.JournalFolder, new RealDisk(), VerbOutput.SayMended);
            string[] tags = TagsOf(asked, site, samples, folder);
            long[] rows = Progress.Show(parsed.GetValue(json), "Writing samples", () => (long)tags.Length * Steps, at => Write(asked, tags, site, samples, path, at, stop));
            Tell(parsed.GetValue(json), asked, tags, rows, site, path);
            return Task.FromResult(Exit.Ok);
        }));
        return command;
    }

    /// <summary>The SQL of the view, as it is in the documentation.</summary>
    internal static string View()
    {
        using var text = new StreamReader(typeof(ExportVerb).Assembly.GetManifestResourceStream("samples.sql")!);
        return text.ReadToEnd();
    }

    internal static string Target(string file, DataFolder folder, bool force)
    {
        string path = Path.GetFullPath(file);
        if (!SampleTable.Knows(path))
            throw new VerbRefusedException($"{file} ends neither with {SampleTable.Parquet} nor with {SampleTable.Csv}, so nobody knows what to write.");
        if (path.StartsWith(Path.TrimEndingDirectorySeparator(folder.Path) + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase))
            throw new VerbRefusedException($"{path} is in the data folder, which belongs to the box; write it somewhere else.");
        if (Directory.Exists(path))
            throw new VerbRefusedException($"{path} is a folder; name a file.");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new VerbRefusedException($"There is no folder {Path.GetDirectoryName(path)} to write to.");
        if (File.Exists(path) && !force)
            throw new VerbRefusedException($"{path} is there already; name another file, or write over it with --force.");
        return path;
    }

    /// <summary>In ordinal order, as the table has them.</summary>
    internal static string[] TagsOf(Ask asked, SiteOverTime site, AsOfReader samples, DataFolder folder)
    {
        AssetDefinition asset = site.Find(asked.Asset) ?? throw new VerbRefusedException(
            site.Assets.Count == 0
                ? $"The journal in {folder.Path} names no asset.{string.Concat(site.Missing.Take(1).Select(s => " " + s))}"
                : $"No asset is called '{asked.Asset}'; known are {Names(site.Assets.Select(a => a.Id))}.");
        string[] stored = [.. samples.Tags().Where(t => site.IsOf(asset, t))];
        if (asked.Tags.Length == 0)
            return stored;
        string[] known = [.. stored.Union(site.Tags.Where(t => site.IsOf(asset, t))).Order(StringComparer.Ordinal)];
        if (asked.Tags.FirstOrDefault(t => !known.Contains(t)) is { } unknown)
            throw new VerbRefusedException(known.Length == 0 ? $"'{unknown}' is no tag of {asset.Id}, which has none." : $"'{unknown}' is no tag of {asset.Id}; it has {Names(known)}.");
        return [.. asked.Tags.Distinct().Order(StringComparer.Ordinal)];
    }

    /// <returns>Rows of each tag.</returns>
    static long[] Write(Ask asked, string[] tags, SiteOverTime site, AsOfReader samples, string path, Action<long> at, CancellationToken stop)
    {
        Position? known = asked.KnownAt is { } by ? samples.KnownAt(new IngestTime(by.Time.UnixNanoseconds)) : null;
        long first = asked.From.Time.UnixNanoseconds;
        var last = new EventTime(asked.To.Time.UnixNanoseconds - 1);
        double span = (double)asked.To.Time.UnixNanoseconds - first;
        long[] rows = new long[tags.Length];
        using var table = SampleTable.Create(new RealDisk(), path);
        for (int i = 0; i < rows.Length; i++)
        {
            foreach (KnownSample one in samples.Range(tags[i], asked.From.Time, last, known))
            {
                stop.ThrowIfCancellationRequested();
                table.Add(new SampleTableRow(asked.Asset, site.UnitOf(tags[i], one.Position.Frame), one.Sample));
                rows[i]++;
                at(((long)i * Steps) + (long)(((double)one.Sample.Event.UnixNanoseconds - first) / span * Steps));
            }
        }

        table.Finish();
        return rows;
    }

    static void Tell(bool json, Ask asked, string[] tags, long[] rows, SiteOverTime site, string path)
    {
        if (json)
        {
            VerbOutput.SayJson(new
            {
                Path = path,
                asked.Asset,
                From = asked.From.Time.ToString(),
                To = asked.To.Time.ToString(),
                KnownAt = asked.KnownAt?.Time.ToString(),
                Rows = rows.Sum(),
                Tags = tags.Select((t, i) => new { Tag = t, Rows = rows[i] }),
                Bytes = new FileInfo(path).Length,
                Notes = site.Missing,
            });
            return;
        }

        string interval = $"from {asked.From.Reading} to {asked.To.Reading}{(asked.KnownAt is { } by ? $", as it was known at {by.Reading}" : "")}";
        VerbOutput.Say(rows.Sum() == 0
            ? $"There is no sample of {asked.Asset} {interval}; {path} holds the names of the columns only."
            : $"{path} holds {rows.Sum()} samples of {rows.Count(r => r > 0)} tags of {asked.Asset} {interval}.");
        foreach (string sentence in site.Missing)
            VerbOutput.Say(sentence);
    }

    static string Names(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(NamesMax)) + (all.Length > NamesMax ? $" and {all.Length - NamesMax} more" : "");
    }

    /// <param name="To">Not in it.</param>
    internal sealed record Ask(string Asset, string[] Tags, Moment From, Moment To, Moment? KnownAt);
}
