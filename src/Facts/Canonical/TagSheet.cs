namespace EdgeRuntime.Facts.Canonical;

/// <summary>
/// The order and the names of the samples of one batch as they were read, under the bytes that say so. A source sends the same tags in message after message,
/// and the same bytes say the same: then they are compared and not read again.
/// </summary>
sealed class TagSheet
{
    byte[] _bytes = [];
    int _length;
    int _samples;
    TagNames? _names;

    /// <summary>By sample, its tag.</summary>
    public int[] Tags { get; private set; } = [];

    /// <summary>By tag, its name.</summary>
    public string[] Names { get; private set; } = [];

    /// <summary>By tag, the one whose values it goes on from; -1 for none.</summary>
    public int[] GoesOnFrom { get; private set; } = [];

    /// <summary>Begins to read another batch's; holds for nothing until <see cref="Done"/>.</summary>
    public void Start(int samples)
    {
        _length = 0;
        if (Tags.Length >= samples)
            return;
        int room = Math.Max(samples, 2 * Tags.Length);
        (Tags, Names, GoesOnFrom) = (new int[room], new string[room], new int[room]);
    }

    /// <summary>All was read, from these bytes.</summary>
    public void Done(ReadOnlySpan<byte> bytes, int samples, TagNames? names)
    {
        if (_bytes.Length < bytes.Length)
            _bytes = new byte[bytes.Length];
        bytes.CopyTo(_bytes);
        (_length, _samples, _names) = (bytes.Length, samples, names);
    }

    /// <summary>How many of the bytes say what this holds; 0: they say something else.</summary>
    /// <param name="samples">So many samples are said to follow.</param>
    public int Match(ReadOnlySpan<byte> bytes, int samples, TagNames? names) =>
        _length > 0 && samples == _samples && names == _names && bytes.StartsWith(_bytes.AsSpan(0, _length)) ? _length : 0;
}
