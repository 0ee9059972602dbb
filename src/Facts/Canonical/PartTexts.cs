namespace EdgeRuntime.Facts.Canonical;

/// <summary>The heads or the tails of the tag names of one batch, as a reader finds them.</summary>
sealed class PartTexts
{
    readonly HashSet<int> _places = new(new ByBytes());
    byte[] _bytes = new byte[1024];
    int[] _ends = new int[64];

    /// <summary>The UTF-8 of a part, not yet looked at.</summary>
    public ReadOnlySpan<byte> this[int place] => _bytes.AsSpan(Start(place), _ends[place] - Start(place));

    /// <exception cref="FactFormatException">They are not what a writer gives: no two the same, cut where names are cut, as short as can be.</exception>
    public void Read(ref CanonicalReader from, int count, bool heads)
    {
        ((ByBytes)_places.Comparer).Texts = this;
        _places.Clear();
        if (_ends.Length < count)
            _ends = new int[count * 2];
        for (int i = 0; i < count; i++)
        {
            int before = i == 0 ? 0 : _ends[i - 1] - Start(i - 1);
            int shared = from.Index();
            if (shared > before)
                throw from.Wrong($"a name shares {shared} bytes with one of {before}");
            ReadOnlySpan<byte> rest = from.Bytes();
            int start = Start(i);
            Reserve(start + shared + rest.Length);
            int from0 = i == 0 ? 0 : Start(i - 1);
            if (shared < before && !rest.IsEmpty && rest[0] == _bytes[from0 + shared])
                throw from.Wrong("a name shares more bytes with the one before it than is written");
            _bytes.AsSpan(from0, shared).CopyTo(_bytes.AsSpan(start));
            rest.CopyTo(_bytes.AsSpan(start + shared));
            _ends[i] = start + shared + rest.Length;
            ReadOnlySpan<byte> text = this[i];
            bool cut = heads ? text.IsEmpty || text[^1] is (byte)'.' or (byte)'/' : !text.ContainsAny((byte)'.', (byte)'/');
            if (!cut)
                throw from.Wrong("a name is cut at another place than at its last dot or slash");
            if (!_places.Add(i))
                throw from.Wrong("a part of a name is written twice");
        }
    }

    int Start(int place) => place == 0 ? 0 : _ends[place - 1];

    void Reserve(int bytes)
    {
        if (bytes > _bytes.Length)
            Array.Resize(ref _bytes, checked(bytes * 2));
    }

    sealed class ByBytes : IEqualityComparer<int>
    {
        public PartTexts? Texts { get; set; }

        public bool Equals(int x, int y) => Texts![x].SequenceEqual(Texts[y]);

        public int GetHashCode(int place)
        {
            var hash = new HashCode();
            hash.AddBytes(Texts![place]);
            return hash.ToHashCode();
        }
    }
}
