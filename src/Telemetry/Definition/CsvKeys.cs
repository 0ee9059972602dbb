using EdgeRuntime.Settings;
using EdgeRuntime.Telemetry.Csv;

namespace EdgeRuntime.Telemetry.Definition;

/// <summary>The keys that say how cells are written: <c>delimiter</c>, <c>decimal</c>, <c>empty</c>.</summary>
static class CsvKeys
{
    static readonly Dictionary<string, bool> EmptyWords = new() { ["skip"] = false, ["none"] = true };

    internal static CsvShape Shape(SettingsNode node)
    {
        string delimiter = node.TextOr("delimiter", ",");
        if (delimiter.Length != 1 || delimiter[0] is '"' or > '\x7f')
            node.Violate("delimiter", $"is '{delimiter}'; it must be one character such as , ; | or a tab (\"\\t\").");
        char decimalPoint = DecimalPoint(node);
        if (delimiter.Length == 1 && delimiter[0] == decimalPoint)
            node.Violate("decimal", "is the same character as the delimiter.");
        return new CsvShape(delimiter.Length == 1 ? delimiter[0] : ',', decimalPoint, node.ChoiceOr("empty", false, EmptyWords));
    }

    internal static char DecimalPoint(SettingsNode node)
    {
        string point = node.TextOr("decimal", ".");
        if (point is not ("." or ","))
            node.Violate("decimal", $"is '{point}'; it must be '.' or ','.");
        return point == "," ? ',' : '.';
    }
}
