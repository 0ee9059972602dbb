using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace EdgeRuntime.Telemetry;

/// <summary>How a source's redeliveries are known.</summary>
enum RedeliveryRule
{
    /// <summary>The same source, topic and payload is the same message: right where the payload carries its own time.</summary>
    Content,

    /// <summary>The same content, and the transport says that it sends again (MQTT's DUP flag).</summary>
    Flag,

    /// <summary>Every arrival is news.</summary>
    None,
}

/// <summary>
/// The name of a message, which is journaled with it: 16 bytes of SHA-256 over source, topic and payload. A 17th byte says that it only counts together
/// with the transport's own mark.
/// </summary>
static class RedeliveryKey
{
    internal const int ContentBytes = 16;
    internal const int FlagBytes = 17;

    /// <summary>Empty for <see cref="RedeliveryRule.None"/>.</summary>
    /// <param name="topic">A topic, or a file's name.</param>
    public static ReadOnlyMemory<byte> Of(RedeliveryRule rule, string source, string topic, ReadOnlySpan<byte> payload)
    {
        if (rule == RedeliveryRule.None)
            return default;
        // A zero byte ends each name (neither can hold one), so that no two different messages are the same bytes.
        int length = Encoding.UTF8.GetMaxByteCount(source.Length + topic.Length) + 2 + payload.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        int at = Encoding.UTF8.GetBytes(source, rented);
        rented[at++] = 0;
        at += Encoding.UTF8.GetBytes(topic, rented.AsSpan(at));
        rented[at++] = 0;
        payload.CopyTo(rented.AsSpan(at));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(rented.AsSpan(0, at + payload.Length), hash);
        ArrayPool<byte>.Shared.Return(rented);
        var key = new byte[rule == RedeliveryRule.Flag ? FlagBytes : ContentBytes];
        hash[..ContentBytes].CopyTo(key);
        return key;
    }
}
