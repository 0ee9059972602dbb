using System.Globalization;

namespace EdgeRuntime.FirmwareSim.Wire;

sealed record BrokerAddress(string Host, int Port)
{
    public const string Unless = "127.0.0.1:1883";

    /// <exception cref="UsageException">Not a host and a port.</exception>
    public static BrokerAddress Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = (colon < 0 ? text : text[..colon]).Trim('[', ']');
        int port = 1883;
        if (host.Length == 0 || (colon >= 0 && (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)))
            throw new UsageException($"--broker is '{text}'; it must be host:port, such as {Unless}.");
        return new BrokerAddress(host, port);
    }

    public override string ToString() => $"{Host}:{Port.ToString(CultureInfo.InvariantCulture)}";
}
