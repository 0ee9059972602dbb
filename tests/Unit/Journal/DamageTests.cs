using EdgeRuntime.Journal;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal;

/// <summary>
/// The first frame of these journals starts at byte 72, behind the segment header; a frame is 32 bytes of header, the body, and 32
/// bytes of hash.
/// </summary>
public class DamageTests
{
    const int Header = 72;

    public static TheoryData<string, int> WaysToRot => new()
    {
        { "in the segment's magic", 0 },
        { "in the segment's check", 12 },
        { "in the segment's number", 16 },
        { "in the segment's previous hash", 40 },
        { "in a frame's magic", Header },
        { "in a frame's length", Header + 4 },
        { "in a frame's number", Header + 8 },
        { "in a frame's group offset", Header + 16 },
        { "in a frame's end-of-group mark", Header + 21 },
        { "in a body's checksum", Header + 24 },
        { "in a header's checksum", Header + 28 },
        { "in a body", Header + 40 },
    };

    public static TheoryData<string, int> WaysToDie => new()
    {
        { "before the first byte of the frame", 0 },
        { "inside the length", 6 },
        { "behind the header", 32 },
        { "inside the body", 60 },
        { "before the hash", -32 },
        { "inside the hash", -1 },
    };

    [Theory]
    [MemberData(nameof(WaysToRot))]
    public async Task A_flipped_bit_is_refused_with_coordinates_and_nothing_is_cut(string where, int offset)
    {
        using JournalFolder journal = await new JournalFolder().With(3);
        journal.Flip(1, offset);
        byte[] before = File.ReadAllBytes(journal.Segment(1));

        JournalCorruptException corrupt = Assert.Throws<JournalCorruptException>(() => journal.Open());

        Assert.Equal("0000000001.log", corrupt.Segment);
        Assert.Equal(offset < Header ? 0 : Header, corrupt.Offset);
        Assert.True(before.SequenceEqual(File.ReadAllBytes(journal.Segment(1))), where);
        Assert.Throws<JournalCorruptException>(() => journal.Reader().Read().Count());
    }

    [Theory]
    [MemberData(nameof(WaysToDie))]
    public async Task A_torn_tail_is_cut_and_said_and_the_rest_stays(string where, int from)
    {
        using JournalFolder journal = await new JournalFolder().With(3);
        (long start, long end) = LastBatchOf(journal);
        long cutAt = from >= 0 ? start + from : end + from;
        ZeroFrom(journal, cutAt);

        VerifyReport torn = journal.Verify();
        await using JournalStore store = journal.Open();

        Assert.True(torn.Whole && !torn.CleanEnd, where);
        Assert.Equal(2, store.LastFrame);
        Assert.False(store.Opened.Clean);
        Assert.Equal(torn.TornBytes, store.Opened.CutBytes);
        Assert.Equal(cutAt > start, store.Opened.CutBytes > 0);
        if (cutAt > start)
            Assert.Contains($"at byte {start}", store.Opened.Sentence, StringComparison.Ordinal);
        Assert.Equal(3, await store.AppendAsync(JournalFolder.Batch(30)));
        Assert.True(journal.Verify().Whole);
    }

    [Fact]
    public async Task Every_flipped_bit_of_a_closed_journal_is_found()
    {
        using JournalFolder journal = await new JournalFolder().With(3);
        byte[] whole = File.ReadAllBytes(journal.Segment(1));
        int occupied = whole.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        Assert.True(journal.Verify() is { Whole: true, CleanEnd: true, Frames: 3 });

        for (int offset = 0; offset < occupied; offset++)
        {
            byte[] damaged = [.. whole];
            damaged[offset] ^= (byte)(1 << (offset % 8));
            File.WriteAllBytes(journal.Segment(1), damaged);
            VerifyReport found = journal.Verify();
            Assert.False(found.Whole && found.CleanEnd, $"the flip in byte {offset} was not found");
        }
    }

    [Fact]
    public async Task Every_flipped_bit_in_a_sealed_segment_is_found_with_its_segment()
    {
        using JournalFolder journal = await new JournalFolder().With(40);
        byte[] whole = File.ReadAllBytes(journal.Segment(1));

        for (int offset = 0; offset < whole.Length; offset++)
        {
            byte[] damaged = [.. whole];
            damaged[offset] ^= (byte)(1 << (offset % 8));
            File.WriteAllBytes(journal.Segment(1), damaged);
            VerifyReport found = journal.Verify();
            Assert.False(found.Whole, $"the flip in byte {offset} was not found");
            Assert.Equal("0000000001.log", found.FirstDamage!.Segment);
            Assert.True(found.FirstDamage.Offset <= offset);
            Assert.Equal(found.Frames, 40 - (found.FirstDamage.Frame == 0 ? 0 : 1));
        }
    }

    [Fact]
    public async Task A_tolerant_read_names_the_one_batch_that_is_lost_and_gives_all_others()
    {
        using JournalFolder journal = await new JournalFolder().With(60);
        byte[] whole = File.ReadAllBytes(journal.Segment(1));
        int occupied = whole.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;

        for (int offset = Header; offset < occupied; offset += 7)
        {
            byte[] damaged = [.. whole];
            damaged[offset] ^= 0x10;
            File.WriteAllBytes(journal.Segment(1), damaged);
            JournalEntry[] entries = [.. journal.Reader().ReadTolerant()];
            Assert.Equal(60, entries.Length);
            JournalEntry lost = Assert.Single(entries, entry => entry.Damage is not null);
            Assert.Equal(1 + Array.IndexOf(entries, lost), lost.Damage!.Frame);
            Assert.True(lost.Damage.Offset <= offset && offset < lost.Damage.Offset + 300);
        }
    }

    [Fact]
    public async Task A_strict_read_gives_everything_before_the_damage()
    {
        using JournalFolder journal = await new JournalFolder().With(5);
        long second = Header + 64 + ((BitConverter.ToInt32(File.ReadAllBytes(journal.Segment(1)), Header + 4) + 7) & ~7);
        journal.Flip(1, second + 50);
        var given = new List<long>();

        JournalCorruptException corrupt = Assert.Throws<JournalCorruptException>(() =>
        {
            foreach (StoredBatch batch in journal.Reader().Read())
                given.Add(batch.Frame);
        });

        Assert.Equal([1L], given);
        Assert.Equal((second, 2L), (corrupt.Offset, corrupt.Frame));
    }

    [Fact]
    public async Task A_missing_segment_is_refused_by_name_and_a_tolerant_read_names_each_batch_it_held()
    {
        using JournalFolder journal = await new JournalFolder().With(120);
        int held = journal.Reader().ReadTolerant().Count();
        File.Delete(journal.Segment(2));

        Assert.Equal("0000000002.log", Assert.Throws<JournalCorruptException>(() => journal.Open()).Segment);
        JournalEntry[] entries = [.. journal.Reader().ReadTolerant()];
        Assert.Equal(held, entries.Length);
        Assert.All(entries.Where(entry => entry.Damage is not null), entry => Assert.Contains("missing", entry.Damage!.What, StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, 120), entries.Select(entry => (int)(entry.Batch?.Frame ?? entry.Damage!.Frame)));
    }

    [Fact]
    public async Task The_live_reader_stops_at_damage_under_the_store()
    {
        using JournalFolder journal = await new JournalFolder().With(5);
        await using JournalStore store = journal.Open();
        journal.Flip(1, Header + 50);

        Assert.Equal(1, Assert.Throws<JournalCorruptException>(() => store.Read().Count()).Frame);
        Assert.Equal(4, store.Read(2).Count());
    }

    [Fact]
    public async Task Bytes_in_a_payload_that_look_like_a_frame_are_not_taken_for_one()
    {
        using JournalFolder source = await new JournalFolder().With(2);
        byte[] frames = File.ReadAllBytes(source.Segment(1))[Header..1000];
        using var journal = new JournalFolder();
        await using (JournalStore store = journal.Open())
        {
            await store.AppendAsync(JournalFolder.Batch(1));
            await store.AppendAsync(JournalFolder.Batch(2) with
            {
                Facts = [new EdgeRuntime.Facts.Audit("w", "start", Convert.ToHexString(frames), System.Text.Encoding.Latin1.GetString(frames), "", "")],
            });
        }

        // The torn group holds the bytes of another journal's frames; they prove nothing here.
        (long start, _) = LastBatchOf(journal);
        byte[] bytes = File.ReadAllBytes(journal.Segment(1));
        bytes.AsSpan((int)start).Clear();
        frames.CopyTo(bytes, (int)start + 40);
        File.WriteAllBytes(journal.Segment(1), bytes);

        await using JournalStore again = journal.Open();
        Assert.Equal(1, again.LastFrame);
        Assert.True(again.Opened.CutBytes > 0);
    }

    static (long Start, long End) LastBatchOf(JournalFolder journal)
    {
        byte[] bytes = File.ReadAllBytes(journal.Segment(1));
        long start = Header;
        long last = Header;
        while (BitConverter.ToUInt32(bytes, (int)start) == 0x314D5246)
        {
            if (bytes[start + 20] == 1)
                last = start;
            start += 64 + ((BitConverter.ToInt32(bytes, (int)start + 4) + 7) & ~7);
        }

        return (last, last + 64 + ((BitConverter.ToInt32(bytes, (int)last + 4) + 7) & ~7));
    }

    static void ZeroFrom(JournalFolder journal, long offset)
    {
        byte[] bytes = File.ReadAllBytes(journal.Segment(1));
        bytes.AsSpan((int)offset).Clear();
        File.WriteAllBytes(journal.Segment(1), bytes);
    }
}
