using System.Globalization;
using EdgeRuntime.Hmi.Floor;
using EdgeRuntime.Hmi.Live;

namespace EdgeRuntime.Hmi.Pages;

/// <summary>One moment as every part of a page sees it.</summary>
sealed record Scene(HmiOptions Options, FloorSnapshot Floor, PanelFrame Frame)
{
    internal static Scene Of(FloorView floor, HmiOptions options)
    {
        FloorSnapshot now = floor.Look();
        return new Scene(options, now, PanelWriter.Write(now, options));
    }

    internal string Text(string key) => Frame.Text.GetValueOrDefault(key, "");

    internal string Mark(string key) => Frame.Mark.GetValueOrDefault(key, "none");

    internal string Line(string key) => Frame.Line.GetValueOrDefault(key, "");

    /// <summary>For an SVG attribute; 0 where there is none, which <see cref="Absent"/> hides.</summary>
    internal string Percent(string key) =>
        ((Frame.Share.GetValueOrDefault(key) ?? 0) * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    internal string Absent(string key) => Frame.Share.GetValueOrDefault(key) is null ? "yes" : "no";
}
