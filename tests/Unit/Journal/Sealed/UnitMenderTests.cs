using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Tests.Kit.Disks;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal.Sealed;

public sealed class UnitMenderTests
{
    const string Folder = "/journal";
    const int Block = BlockSums.BlockBytes;

    /// <summary>Bytes of the four files: of one block, around one, around the 32 of a group, and of several groups.</summary>
    static readonly long[] s_lengths = [(70L * Block) - 1, 1000, Block + 1, 32L * Block];

    readonly TraceDisk _disk = new();
    readonly Checkpoint _unit;
    readonly Dictionary<string, byte[]> _sound;

    public UnitMenderTests()
    {
        _disk.CreateFolder(Folder);
        var random = new Random(5);
        for (int i = 0; i < s_lengths.Length; i++)
        {
            byte[] bytes = new byte[s_lengths[i]];
            random.NextBytes(bytes);
            using IDiskFile file = _disk.Create(Path.Combine(Folder, UnitFile.Of(1, 1, UnitFile.Parts[i])), 0);
            file.Write(0, bytes);
        }

        _unit = new Checkpoint
        {
            Segment = 1,
            LastSegment = 1,
            FirstFrame = 1,
            LastFrame = 1,
            PreviousHash = Digest.None,
            LastHash = Digest.None,
            FirstIngest = default,
            LastIngest = default,
            Files = BlockSums.OfUnit(_disk, Folder, 1, 1, (1, 1, 1)),
            Thinned = false,
            Key = default,
        };
        _sound = _disk.Image();
    }

    [Fact]
    public void Parity_takes_a_thirty_second_of_large_files_and_their_own_length_of_those_of_one_block()
    {
        Assert.Equal((3L * Block) + 1000 + Block + Block, _unit.File(UnitFile.Parity).Bytes);
        Assert.Equal([3, 1, 1, 1], s_lengths.Select(ParityLayout.GroupsOf));
        Assert.Equal([1, 2], new[] { 32L * Block, (32L * Block) + 1 }.Select(ParityLayout.GroupsOf));
    }

    [Fact]
    public void Every_block_alone_and_every_run_of_as_many_as_there_are_groups_is_computed_again()
    {
        foreach (CheckpointFile file in _unit.Files.SkipLast(1))
        {
            int groups = ParityLayout.GroupsOf(file.Bytes);
            for (int first = 0; first < file.Blocks.Length; first++)
            {
                TraceDisk left = Wiped(file, Enumerable.Range(first, Math.Min(groups, file.Blocks.Length - first)));
                Assert.Equal(_sound[Path.Combine(Folder, file.Name)], Read(left, file));
            }
        }
    }

    [Fact]
    public void Two_damaged_blocks_of_one_group_are_named_and_not_given()
    {
        CheckpointFile file = _unit.File(UnitFile.Samples);
        TraceDisk left = Wiped(file, [4, 7]);

        JournalCorruptException named = Assert.Throws<JournalCorruptException>(() => Read(left, file));

        Assert.Equal((file.Name, 4L * Block), (named.Segment, named.Offset));
    }

    [Fact]
    public void A_damaged_parity_block_gives_nothing_and_those_of_other_groups_go_on_giving()
    {
        CheckpointFile file = _unit.File(UnitFile.Samples);
        TraceDisk left = Wiped(file, [4]);
        Change(left, _unit.File(UnitFile.Parity).Name, bytes => bytes[Block + 17] ^= 1);
        Assert.Throws<JournalCorruptException>(() => Read(left, file));

        left = Wiped(file, [3, 5]);
        Change(left, _unit.File(UnitFile.Parity).Name, bytes => bytes[Block + 17] ^= 1);
        Assert.Equal(_sound[Path.Combine(Folder, file.Name)], Read(left, file));
    }

    [Fact]
    public void What_was_mended_is_told_once_for_a_file_and_a_healthy_file_needs_no_parity()
    {
        CheckpointFile file = _unit.File(UnitFile.Samples);
        List<DamagedFrame> told = [];
        var mended = new MendedReads(told.Add);
        Read(Wiped(file, [9, 10]), file, mended);
        Assert.Equal((file.Name, 9L * Block, true), (told.Single().Segment, told[0].Offset, told[0].IsMendable));
        Assert.Equal(told, mended.Met);

        var bare = TraceDisk.From(_sound.Where(f => !f.Key.EndsWith(UnitFile.Parity, StringComparison.Ordinal)).ToDictionary());
        Assert.Equal(_sound[Path.Combine(Folder, file.Name)], Read(bare, file));
    }

    byte[] Read(TraceDisk disk, CheckpointFile file, MendedReads? mended = null)
    {
        using CheckedFile from = new UnitMender(disk, Folder, _unit, mended).Open(file);
        byte[] bytes = new byte[file.Bytes];
        Assert.Equal(bytes.Length, from.Read(0, bytes));
        return bytes;
    }

    TraceDisk Wiped(CheckpointFile file, IEnumerable<int> blocks)
    {
        var disk = TraceDisk.From(_sound);
        Change(disk, file.Name, bytes =>
        {
            foreach (int block in blocks)
                bytes.AsSpan(block * Block, BlockSums.LengthOf(file.Bytes, block)).Clear();
        });
        return disk;
    }

    static void Change(TraceDisk disk, string name, Action<byte[]> change)
    {
        using IDiskFile file = disk.Open(Path.Combine(Folder, name), forWriting: true);
        byte[] bytes = new byte[file.Length];
        file.Read(0, bytes);
        change(bytes);
        file.Write(0, bytes);
    }
}
