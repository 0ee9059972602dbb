using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Tests.Kit;

/// <summary>
/// A signer whose signatures repeat, so that a simulation does. Real ECDSA P-256, with the same nonce every time: that gives the key away,
/// which is of no matter for a key that stands here.
/// </summary>
public sealed class FixedSigner : ICheckpointSigner
{
    static readonly BigInteger s_order = BigInteger.Parse("00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    readonly BigInteger _key;
    readonly BigInteger _r;
    readonly BigInteger _inverseOfNonce;

    public FixedSigner(int key = 7)
    {
        _key = new BigInteger(Scalar(key), isUnsigned: true, isBigEndian: true);
        using ECDsa signer = KeyOf(Scalar(key));
        PublicKey = signer.ExportSubjectPublicKeyInfo();
        using ECDsa nonce = KeyOf(Scalar(1001));
        _r = new BigInteger(nonce.ExportParameters(false).Q.X!, isUnsigned: true, isBigEndian: true) % s_order;
        _inverseOfNonce = BigInteger.ModPow(new BigInteger(Scalar(1001), isUnsigned: true, isBigEndian: true), s_order - 2, s_order);
    }

    public ReadOnlyMemory<byte> PublicKey { get; }

    public byte[] Sign(ReadOnlySpan<byte> bytes)
    {
        var hash = new BigInteger(SHA256.HashData(bytes), isUnsigned: true, isBigEndian: true);
        BigInteger s = _inverseOfNonce * (hash + (_r * _key)) % s_order;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(_r);
            writer.WriteInteger(s);
        }

        return writer.Encode();
    }

    static byte[] Scalar(int number) => SHA256.HashData(BitConverter.GetBytes(number));

    static ECDsa KeyOf(byte[] d) => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = d });
}
