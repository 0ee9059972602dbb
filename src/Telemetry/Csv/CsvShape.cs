namespace EdgeRuntime.Telemetry.Csv;

/// <summary>How the cells of a row are written.</summary>
/// <param name="EmptyIsNone">An empty cell is stored as "no value"; else it is nothing at all.</param>
sealed record CsvShape(char Delimiter, char DecimalPoint, bool EmptyIsNone);
