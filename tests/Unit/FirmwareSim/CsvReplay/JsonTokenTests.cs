using System.Text;
using EdgeRuntime.FirmwareSim.CsvReplay;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.CsvReplay;

public sealed class JsonTokenTests
{
    [Theory]
    [InlineData("0.0809684", "0.0809684")]
    [InlineData("-1.173400e+07", "-1.173400e+07")]
    [InlineData("79.60000000000001", "79.60000000000001")]
    [InlineData("0.0", "0.0")]
    [InlineData("true", "true")]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("1.", "\"1.\"")]
    [InlineData(".5", "\".5\"")]
    [InlineData("+3", "\"\\u002B3\"")]
    [InlineData("007", "\"007\"")]
    [InlineData("1e", "\"1e\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("say \"x\"", "\"say \\u0022x\\u0022\"")]
    public void A_number_keeps_its_bytes_and_anything_else_becomes_a_text(string cell, string token) =>
        Assert.Equal(token, Encoding.UTF8.GetString(JsonToken.Of(Encoding.UTF8.GetBytes(cell))));
}
