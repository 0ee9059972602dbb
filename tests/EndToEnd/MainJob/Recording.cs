using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>One row: naive time taken as UTC, values (null for an empty cell), label.</summary>
sealed record RecordingRow(long At, double?[] Values, bool Label);

/// <summary>A recording read by plain code that shares nothing with the product, and the scores that plain code computes from it.</summary>
sealed class Recording
{
    const long WindowNanoseconds = 10_000_000_000;

    Recording(string path, string asset, char delimiter, string timeColumn, string timeFormat, string[] columns, string labelColumn)
    {
        Path = path;
        Asset = asset;
        Delimiter = delimiter;
        TimeColumn = timeColumn;
        TimeFormat = timeFormat;
        Columns = columns;
        string[] lines = File.ReadAllText(path).Split('\n');
        string[] header = lines[0].TrimEnd('\r').Split(delimiter);
        int time = Array.IndexOf(header, timeColumn), label = Array.IndexOf(header, labelColumn);
        int[] places = [.. columns.Select(c => Array.IndexOf(header, c))];
        HasLabels = label >= 0;
        var rows = new List<RecordingRow>();
        foreach (string line in lines.Skip(1))
        {
            string[] cells = line.TrimEnd('\r').Split(delimiter);
            if (cells.Length != header.Length)
                continue;
            var at = DateTime.ParseExact(cells[time], timeFormat, CultureInfo.InvariantCulture);
            double?[] values = [.. places.Select(p => cells[p].Length == 0 ? (double?)null : double.Parse(cells[p], CultureInfo.InvariantCulture))];
            rows.Add(new RecordingRow((at - DateTime.UnixEpoch).Ticks * 100, values, label >= 0 && cells[label].Length > 0 && double.Parse(cells[label], CultureInfo.InvariantCulture) != 0));
        }

        Rows = rows;
    }

    public string Path { get; }
    public string Asset { get; }
    public char Delimiter { get; }
    public string TimeColumn { get; }
    public string TimeFormat { get; }

    /// <summary>The columns that are features, as the file names them.</summary>
    public string[] Columns { get; }

    public bool HasLabels { get; }
    public IReadOnlyList<RecordingRow> Rows { get; }

    public static Recording OfSkab(string path) => new(
        path,
        $"skab-{new DirectoryInfo(System.IO.Path.GetDirectoryName(path)!).Name}-{System.IO.Path.GetFileNameWithoutExtension(path)}",
        ';', "datetime", "yyyy-MM-dd HH:mm:ss",
        ["Accelerometer1RMS", "Accelerometer2RMS", "Current", "Pressure", "Temperature", "Thermocouple", "Voltage", "Volume Flow RateRMS"], "anomaly");

    public static Recording OfWell(string path)
    {
        var all = new Recording(path, System.IO.Path.GetFileNameWithoutExtension(path).ToLowerInvariant(), ',', "timestamp", "yyyy-MM-dd HH:mm:ss.ffffff",
            ["P-PDG", "P-TPT", "T-TPT", "P-MON-CKP", "T-JUS-CKP", "P-JUS-CKGL", "T-JUS-CKGL", "QGL"], "class");
        // Tags that this well has at all.
        string[] live = [.. all.Columns.Where((_, i) => all.Rows.Any(r => r.Values[i] is not null))];
        return new Recording(path, all.Asset, ',', all.TimeColumn, all.TimeFormat, live, "class");
    }

    /// <summary>Per row: the mean of each column over the last 10 s, asked of the model; null where a column has no value in the window.</summary>
    public IEnumerable<(long At, float? Score)> PlainScores(string onnxFile)
    {
        using var session = new InferenceSession(onnxFile);
        using var options = new RunOptions();
        for (int row = 0; row < Rows.Count; row++)
        {
            float[]? features = MeansAt(row);
            if (features is null)
            {
                yield return (Rows[row].At, null);
                continue;
            }

            using OrtValue input = OrtValue.CreateTensorValueFromMemory(features, [1, features.Length]);
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["x"], [input], ["score"]);
            yield return (Rows[row].At, outputs[0].GetTensorDataAsSpan<float>()[0]);
        }
    }

    float[]? MeansAt(int row)
    {
        var means = new float[Columns.Length];
        for (int column = 0; column < Columns.Length; column++)
        {
            int first = row;
            while (first > 0 && Rows[first - 1].At > Rows[row].At - WindowNanoseconds)
                first--;
            double sum = 0;
            int count = 0;
            for (int i = first; i <= row; i++)
            {
                if (Rows[i].Values[column] is not { } value)
                    continue;
                sum += value;
                count++;
            }

            if (count == 0)
                return null;
            means[column] = (float)(sum / count);
        }

        return means;
    }
}
