using System.Globalization;
using System.Net;
using System.Text;

namespace EdgeRuntime.Hq.Reports;

/// <summary>One picture as SVG text. Places are in pixels with one decimal, so the same drawing is the same bytes on every machine; looks are classes of the page.</summary>
sealed class SvgDrawing
{
    readonly StringBuilder _text = new();

    /// <param name="says">What it shows, for those who do not see it.</param>
    internal SvgDrawing(int width, int height, string says) =>
        _text.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(says)}\">\n");

    internal static string At(double place) => Math.Round(place, 1).ToString("0.#", CultureInfo.InvariantCulture);

    internal void Line(string look, double x1, double y1, double x2, double y2) =>
        _text.Append(CultureInfo.InvariantCulture, $"<line class=\"{look}\" x1=\"{At(x1)}\" y1=\"{At(y1)}\" x2=\"{At(x2)}\" y2=\"{At(y2)}\"/>\n");

    internal void Box(string look, double x, double y, double width, double height) =>
        _text.Append(CultureInfo.InvariantCulture, $"<rect class=\"{look}\" x=\"{At(x)}\" y=\"{At(y)}\" width=\"{At(width)}\" height=\"{At(height)}\"/>\n");

    internal void Dot(string look, double x, double y, double radius) =>
        _text.Append(CultureInfo.InvariantCulture, $"<circle class=\"{look}\" cx=\"{At(x)}\" cy=\"{At(y)}\" r=\"{At(radius)}\"/>\n");

    internal void Diamond(string look, double x, double y, double radius) =>
        Path(look, $"M{At(x)} {At(y - radius)}L{At(x + radius)} {At(y)}L{At(x)} {At(y + radius)}L{At(x - radius)} {At(y)}Z");

    internal void Curve(string look, IEnumerable<(double X, double Y)> points) => Path(look, "M" + string.Join('L', points.Select(p => $"{At(p.X)} {At(p.Y)}")));

    internal void Path(string look, string path) => _text.Append(CultureInfo.InvariantCulture, $"<path class=\"{look}\" d=\"{path}\"/>\n");

    /// <param name="look">With "middle" or "end" the place is that of the text's middle or end.</param>
    internal void Text(string look, double x, double y, string text) =>
        _text.Append(CultureInfo.InvariantCulture, $"<text class=\"{look}\" x=\"{At(x)}\" y=\"{At(y)}\">{WebUtility.HtmlEncode(text)}</text>\n");

    public override string ToString() => _text + "</svg>\n";
}
