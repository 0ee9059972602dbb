using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Segments;
using EdgeRuntime.Tests.Kit.Disks;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal;

/// <summary>The space of retired logs.</summary>
public sealed class RecycledSegmentTests
{
    const long Bytes = 4096;

    static readonly string s_folder = Path.Combine(Path.GetTempPath(), "recycled");

    [Fact]
    public async Task A_retired_log_is_gone_under_its_name_and_its_space_is_the_next_segment()
    {
        using JournalFolder journal = await new JournalFolder().With(120);
        Assert.True(File.Exists(journal.Segment(3)));
        byte[] retired = File.ReadAllBytes(journal.Segment(1));
        int newest = Enumerable.Range(1, 99).Last(number => File.Exists(journal.Segment(number)));
        await using (JournalStore store = journal.Open())
        {
            store.Retire(1);
            Assert.False(File.Exists(journal.Segment(1)));
            Assert.True(File.Exists(Spare(journal, 1)));
            for (int i = 121; !File.Exists(journal.Segment(newest + 2)); i++)
                await store.AppendAsync(JournalFolder.Batch(i));
        }

        Assert.False(File.Exists(Spare(journal, 1)));

        // The reader needs the first segment; put what was retired where it was.
        File.WriteAllBytes(journal.Segment(1), retired);
        VerifyReport report = journal.Verify();
        Assert.True(report.Whole, report.Sentence);
        byte[] last = File.ReadAllBytes(journal.Segment(newest + 2));
        int end = last.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        Assert.True(end < Bytes - 400, "a segment that has just begun is zero behind its few frames");
    }

    [Fact]
    public async Task The_newest_segment_cannot_be_retired()
    {
        using var journal = new JournalFolder();
        await using JournalStore store = journal.Open();

        Assert.Throws<ArgumentOutOfRangeException>(() => store.Retire(1));
    }

    [Fact]
    public void Old_bytes_of_a_spare_are_zeroed_before_it_is_a_segment()
    {
        var disk = new SimDisk(new Random(1));
        Plant(disk, SegmentName.OfSpare(7));
        SegmentSupply supply = Supply(disk);
        supply.Adopt(disk.List(s_folder));
        supply.Prepare(8);

        byte[] header = new byte[72];
        header[0] = 1;
        supply.Take(header).Dispose();

        Assert.Equal([SegmentName.Of(8)], disk.List(s_folder));
        byte[] bytes = disk.BytesOf(Path.Combine(s_folder, SegmentName.Of(8)));
        Assert.Equal(Bytes, bytes.Length);
        Assert.Equal(0, bytes.AsSpan().LastIndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Two_spares_are_kept_from_the_last_run_and_more_are_deleted()
    {
        var disk = new SimDisk(new Random(1));
        foreach (int number in (int[])[1, 2, 3, 4])
            Plant(disk, SegmentName.OfSpare(number));
        Plant(disk, SegmentName.OfNew(9));

        Supply(disk).Adopt(disk.List(s_folder));

        Assert.Equal([SegmentName.OfSpare(1), SegmentName.OfSpare(2)], disk.List(s_folder));
    }

    [Fact]
    public void A_third_retired_log_gives_its_space_back()
    {
        var disk = new SimDisk(new Random(1));
        SegmentSupply supply = Supply(disk);
        foreach (int number in (int[])[1, 2, 3])
        {
            Plant(disk, SegmentName.Of(number));
            supply.Recycle(number);
        }

        Assert.Equal([SegmentName.OfSpare(1), SegmentName.OfSpare(2)], disk.List(s_folder));
    }

    [Fact]
    public void A_spare_of_another_length_is_not_used()
    {
        var disk = new SimDisk(new Random(1));
        disk.Create(Path.Combine(s_folder, SegmentName.OfSpare(1)), Bytes * 2).Dispose();
        SegmentSupply supply = Supply(disk);
        supply.Adopt(disk.List(s_folder));
        supply.Prepare(2);

        using IDiskFile taken = supply.Take(new byte[72]);

        Assert.Equal(Bytes, taken.Length);
        Assert.Equal([SegmentName.Of(2)], disk.List(s_folder));
    }

    [Fact]
    public void A_spare_that_cannot_be_zeroed_is_given_up_and_a_new_file_takes_its_place()
    {
        var sim = new SimDisk(new Random(1));
        Plant(sim, SegmentName.OfSpare(1));
        var disk = new FaultyDisk(sim)
        {
            OnSync = path =>
            {
                if (path.EndsWith(".spare", StringComparison.Ordinal))
                    throw new IOException("Input/output error");
            },
        };
        var supply = new SegmentSupply(disk, s_folder, Bytes, inBackground: false, _ => { });
        supply.Adopt(disk.List(s_folder));
        supply.Prepare(2);

        Assert.Throws<IOException>(() => supply.Take(new byte[72]));
        supply.Take(new byte[72]).Dispose();

        Assert.Equal([SegmentName.Of(2)], disk.List(s_folder));
    }

    static SegmentSupply Supply(IDisk disk) => new(disk, s_folder, Bytes, inBackground: false, why => Assert.Fail(why));

    static void Plant(SimDisk disk, string name)
    {
        using IDiskFile file = disk.Create(Path.Combine(s_folder, name), Bytes);
        file.Write(0, Enumerable.Repeat((byte)0xAB, (int)Bytes).ToArray());
        file.Sync();
        disk.SyncFolder(s_folder);
    }

    static string Spare(JournalFolder journal, int number) => Path.Combine(journal.Folder, $"{number:D10}.spare");
}
