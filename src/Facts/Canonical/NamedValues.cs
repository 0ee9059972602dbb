using System.Runtime.CompilerServices;

namespace EdgeRuntime.Facts.Canonical;

/// <summary>Which numbers of an enum of one byte have a name, looked up once: facts are full of enums, and each is asked on the way in and out.</summary>
static class NamedValues<T>
    where T : struct, Enum
{
    static readonly bool[] s_hasName = HasName();

    public static bool Has(byte number) => s_hasName[number];

    static bool[] HasName()
    {
        var named = new bool[256];
        foreach (T value in Enum.GetValues<T>())
            named[Unsafe.BitCast<T, byte>(value)] = true;
        return named;
    }
}
