using Xunit;

namespace EdgeRuntime.Tests.Architecture;

/// <summary>Rules give sentences; this fails with all of them, one a line and none cut.</summary>
static class Violations
{
    public static void None(IEnumerable<string> violations)
    {
        string[] all = [.. violations];
        if (all.Length > 0)
            Assert.Fail(string.Join('\n', all));
    }
}
