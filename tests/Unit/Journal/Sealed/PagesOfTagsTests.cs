using System.Globalization;
using System.Runtime.InteropServices;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Sealed.Pages;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal.Sealed;

public sealed class PagesOfTagsTests
{
    [Fact]
    public void A_page_ends_with_its_tag_and_long_tags_are_cut_into_equal_ones()
    {
        // In the order of their names: two that share a page, one that does not fit into it, a long one, and three for the last page.
        int[] rows = [900, 100, 1500, 5000, 30, 20, 10];
        int[][] expected = [[900], [100], [1500], [1666, 1667, 1667], [30], [20], [10]];
        using var folder = new JournalFolder();
        var disk = new RealDisk();
        Directory.CreateDirectory(folder.Folder);
        Sample[] samples = [.. rows.SelectMany((count, tag) => Enumerable.Range(0, count).Select(row =>
            SampleBuilder.Sample(tag.ToString(CultureInfo.InvariantCulture), row, row)))];
        using (var writer = new UnitWriter(disk, folder.Folder, 1, 1))
        {
            writer.Add(1, SampleBuilder.Batch("line-1", 0, samples));
            writer.Finish();
        }

        string index = UnitFile.Of(1, 1, UnitFile.Index);
        UnitIndex.Write(disk, folder.Folder, UnitFile.Of(1, 1, UnitFile.Samples), index);
        UnitIndexHead head = UnitIndexHead.Read(disk, folder.Folder, index);
        PieceRecord[] pieces = MemoryMarshal.Cast<byte, PieceRecord>(head.ReadBody(disk, folder.Folder).AsSpan(0, head.Pieces * PieceRecord.Bytes)).ToArray();
        Assert.Equal(expected, head.Tags.Select(tag => pieces.AsSpan(tag.FirstPiece, tag.Pieces).ToArray().Select(piece => piece.Rows).ToArray()));

        // Six pages of each of the four columns that are searched, one of each of the six others, and one of each of three of the batches.
        Assert.Equal(4 * 6 + 6 + 3, head.Pages);
    }
}
