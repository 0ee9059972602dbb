using EdgeRuntime.Service.Box;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class BoxSettingsTests
{
    [Fact]
    public void The_settings_at_the_root_are_read_and_refuse_unsigned_releases()
    {
        BoxSettings box = BoxSettings.Load(Path.Combine(TestData.Repository, "appsettings.json"));

        Assert.False(box.AllowUnsigned);
        Assert.Equal(("127.0.0.1", 8080), (box.HttpAddress, box.HttpPort));
        Assert.Equal(Path.Combine(TestData.Repository, "data", "journal"), box.JournalFolder);
    }

    [Fact]
    public void Screens_for_everybody_are_refused_until_there_are_roles()
    {
        string sentence = Refused(s => s.Replace("\"http\": { \"address\": \"127.0.0.1\"", "\"http\": { \"address\": \"0.0.0.0\"", StringComparison.Ordinal));

        Assert.Contains("http.address: is '0.0.0.0'; until the screens know roles, they are served on this machine only", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_typo_is_told_with_its_line_and_the_key_that_was_meant()
    {
        string sentence = Refused(s => s.Replace("allowUnsigned", "alowUnsigned", StringComparison.Ordinal));

        Assert.Contains("registry.alowUnsigned: is not a known key; did you mean 'allowUnsigned'?", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trust_root_that_cannot_be_read_stops_the_start() => Assert.Contains(
        "nowhere.json:1: The file does not exist.", Refused(s => s.Replace("\"trust\": \"\"", "\"trust\": \"nowhere.json\"", StringComparison.Ordinal)), StringComparison.Ordinal);

    static string Refused(Func<string, string> change)
    {
        string file = Path.GetTempFileName();
        try
        {
            string text = File.ReadAllText(Path.Combine(TestData.Repository, "appsettings.json"));
            string changed = change(text);
            Assert.NotEqual(text, changed);
            File.WriteAllText(file, changed);
            return Assert.Throws<SettingsException>(() => BoxSettings.Load(file)).Message;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
