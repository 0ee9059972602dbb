using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.AsOf;

namespace EdgeRuntime.Journal.Tables;

/// <summary>One sample of a <see cref="SampleTable"/>, with the asset it belongs to and the unit of its value.</summary>
/// <param name="Unit">Empty where there is none.</param>
public readonly record struct SampleTableRow(string Asset, string Unit, Sample Sample)
{
    /// <summary>Beyond it not every integer is a double.</summary>
    const long WholeMax = 1L << 53;

    /// <summary>The value as a number, integers and booleans too; null where it is none.</summary>
    internal double? Number => Sample.Value.TryNumber(out double number) ? number : null;

    /// <summary>The string; of a blob its digest and size; the digits of an integer that the number may not hold.</summary>
    internal string? Text => Sample.Value.Kind switch
    {
        TagValueKind.String => Sample.Value.String,
        TagValueKind.Blob => BlobText.Of(Sample.Value.Blob),
        TagValueKind.Int64 when Sample.Value.Int64 is > WholeMax or < -WholeMax => Sample.Value.Int64.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    internal string Kind => Sample.Value.Kind switch
    {
        TagValueKind.Double => "double",
        TagValueKind.Int64 => "int64",
        TagValueKind.Bool => "bool",
        TagValueKind.String => "string",
        TagValueKind.Blob => "blob",
        _ => "none",
    };
}
