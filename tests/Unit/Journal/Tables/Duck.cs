using DuckDB.NET.Data;

namespace EdgeRuntime.Tests.Unit.Journal.Tables;

/// <summary>DuckDB, as somebody with a laptop has it.</summary>
sealed class Duck : IDisposable
{
    readonly DuckDBConnection _connection = new("DataSource=:memory:");

    public Duck() => _connection.Open();

    public static string Quoted(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    public void Run(string sql)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Every row: doubles as their bits, so that nothing that differs looks the same; null is null.</summary>
    public List<object?[]> Rows(string sql)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            object?[] row = new object?[reader.FieldCount];
            for (int i = 0; i < row.Length; i++)
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i) is double number ? BitConverter.DoubleToInt64Bits(number) : reader.GetValue(i);
            rows.Add(row);
        }

        return rows;
    }

    public void Dispose() => _connection.Dispose();
}
