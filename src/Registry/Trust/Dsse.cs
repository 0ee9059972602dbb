using System.Globalization;
using System.Text;

namespace EdgeRuntime.Registry.Trust;

/// <summary>The envelope that is signed: <c>DSSEv1 SP len(type) SP type SP len(body) SP body</c>, so that the type is signed with the body.</summary>
static class Dsse
{
    internal static byte[] PreAuthenticationEncoding(string payloadType, ReadOnlySpan<byte> payload)
    {
        byte[] head = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} "));
        return [.. head, .. payload];
    }
}
