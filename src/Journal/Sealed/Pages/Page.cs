using System.Buffers.Binary;
using System.Text;

namespace EdgeRuntime.Journal.Sealed.Pages;

/// <summary>
/// One page of one column, unpacked so far that any row in it can be asked for at the cost of a small part of it. Rows count from the
/// start of the page. Belongs to a <see cref="PageCache"/> and is good until the next page is taken from there.
/// </summary>
sealed class Page
{
    const int LevelLengthBytes = 4;

    readonly DeltaBlocks _delta = new();
    readonly long[] _scratch;
    PageEncoding _encoding;
    ParquetType _type;
    Hybrid _levels;
    Hybrid _places;
    int _values;
    int _end;
    bool _allPresent;
    int[] _textAt = [];

    /// <param name="scratch">Room for one block, which many pages may share.</param>
    public Page(byte[] bytes, long[] scratch)
    {
        Bytes = bytes;
        _scratch = scratch;
    }

    /// <summary>At least as long as the page, and the padding that unpacking needs.</summary>
    public byte[] Bytes { get; }

    public int Rows { get; private set; }

    /// <summary>Where the cache finds the one who holds this page.</summary>
    public Page?[] Home { get; set; } = [];

    public int Slot { get; set; }

    public bool Used { get; set; }

    public int RingPlace { get; set; }

    public long MemoryBytes => Bytes.Length + _delta.MemoryBytes + _textAt.Length * sizeof(int);

    /// <summary>The blocks of a column that is delta-packed and required.</summary>
    public DeltaBlocks Delta => _encoding == PageEncoding.Delta ? _delta : throw new InvalidDataException("a page is not delta-packed");

    /// <summary>Reads everything, so that whatever is wrong with the bytes shows now and not in a look-up.</summary>
    /// <exception cref="InvalidDataException">They are not what the header says.</exception>
    public void Check()
    {
        if (_encoding == PageEncoding.Delta && Present > 0)
            _delta.Check();
    }

    public bool IsDictionaryPlaces => _encoding is PageEncoding.Dictionary or PageEncoding.PlainDictionary;

    /// <summary>Takes the unpacked bytes, which lie in <see cref="Bytes"/>, for what <paramref name="header"/> says they are.</summary>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public void Open(PageHeader header, ParquetType type, bool optional)
    {
        Rows = header.Values;
        _encoding = header.IsDictionary && header.Encoding == PageEncoding.PlainDictionary ? PageEncoding.Plain : header.Encoding;
        _type = type;
        _end = header.PlainBytes;
        _values = 0;
        _allPresent = true;
        if (optional && !header.IsDictionary)
            OpenLevels();
        int present = _allPresent ? Rows : _levels.Ones(Rows);
        switch (_encoding)
        {
            case PageEncoding.Delta when type is ParquetType.Int32 or ParquetType.Int64:
                // A page in which everything is null may be without a head.
                if (present == 0)
                    break;
                _delta.Open(Bytes, _values, _end);
                if (_delta.Values != present)
                    throw new InvalidDataException("a page has not as many values as rows that have one");
                break;
            case PageEncoding.Dictionary or PageEncoding.PlainDictionary when !header.IsDictionary:
                if (present > 0 && _values >= _end)
                    throw new InvalidDataException("a page ends before its values");
                int width = _values < _end ? Bytes[_values] : 0;
                if (width > 32)
                    throw new InvalidDataException($"a page has places of {width} bits");
                _places = new Hybrid(Bytes, Math.Min(_values + 1, _end), _end, width);
                break;
            case PageEncoding.Plain when type is ParquetType.Bytes:
                OpenTexts(present);
                break;
            case PageEncoding.Plain when type is ParquetType.Int32 or ParquetType.Int64 or ParquetType.Double:
                if ((long)present * Size > _end - _values)
                    throw new InvalidDataException("a page ends before its values");
                break;
            default:
                throw new InvalidDataException($"a page has the encoding {(int)_encoding}, which the sealed files do not have");
        }
    }

    public bool IsPresent(int row) => _allPresent || _levels.At(row) == 1;

    /// <summary>The integer, or the bits of the double, of a row that has one. Of a dictionary's page, the place.</summary>
    public long At(int row)
    {
        int index = _allPresent ? row : _levels.Ones(row);
        if (IsDictionaryPlaces)
            return _places.At(index);
        return _encoding == PageEncoding.Delta ? _delta.At(index) : Plain(index);
    }

    /// <summary>Integers, bits of doubles, or places, of the rows from <paramref name="from"/> on, all of which have one.</summary>
    public void Decode(int from, Span<long> into)
    {
        if (!_allPresent)
        {
            for (int i = 0; i < into.Length; i++)
                into[i] = At(from + i);
        }
        else if (_encoding == PageEncoding.Delta)
        {
            _delta.Decode(from, into, _scratch);
        }
        else if (IsDictionaryPlaces)
        {
            Span<int> places = stackalloc int[256];
            while (into.Length > 0)
            {
                int here = Math.Min(places.Length, into.Length);
                _places.Decode(from, places[..here]);
                for (int i = 0; i < here; i++)
                    into[i] = places[i];
                from += here;
                into = into[here..];
            }
        }
        else
        {
            for (int i = 0; i < into.Length; i++)
                into[i] = Plain(from + i);
        }
    }

    /// <summary>The text of a row that has one, of a page that holds the texts themselves.</summary>
    public string TextAt(int row)
    {
        int index = _allPresent ? row : _levels.Ones(row);
        int at = _textAt[index];
        return Encoding.UTF8.GetString(Bytes, at + LevelLengthBytes, BinaryPrimitives.ReadInt32LittleEndian(Bytes.AsSpan(at)));
    }

    /// <summary>How many rows have a value.</summary>
    public int Present => _allPresent ? Rows : _levels.Ones(Rows);

    int Size => _type == ParquetType.Int32 ? sizeof(int) : sizeof(long);

    long Plain(int index) => _type == ParquetType.Int32
        ? BinaryPrimitives.ReadInt32LittleEndian(Bytes.AsSpan(_values + index * sizeof(int)))
        : BinaryPrimitives.ReadInt64LittleEndian(Bytes.AsSpan(_values + index * sizeof(long)));

    void OpenLevels()
    {
        if (_end < LevelLengthBytes)
            throw new InvalidDataException("a page ends before its levels");
        int bytes = BinaryPrimitives.ReadInt32LittleEndian(Bytes);
        if (bytes < 0 || bytes > _end - LevelLengthBytes)
            throw new InvalidDataException("a page ends before its levels");
        _levels = new Hybrid(Bytes, LevelLengthBytes, LevelLengthBytes + bytes, 1);
        _values = LevelLengthBytes + bytes;
        _allPresent = Rows == 0 || _levels.Ones(Rows) == Rows;
    }

    void OpenTexts(int present)
    {
        if (_textAt.Length < present)
            _textAt = new int[present];
        int at = _values;
        for (int i = 0; i < present; i++)
        {
            int length = at + LevelLengthBytes <= _end ? BinaryPrimitives.ReadInt32LittleEndian(Bytes.AsSpan(at)) : -1;
            if (length < 0 || length > _end - at - LevelLengthBytes)
                throw new InvalidDataException("a page ends before its texts");
            _textAt[i] = at;
            at += LevelLengthBytes + length;
        }
    }
}
