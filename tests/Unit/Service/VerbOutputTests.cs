using EdgeRuntime.Inference.Accelerators;
using EdgeRuntime.Journal;
using EdgeRuntime.Service.Verbs;
using EdgeRuntime.Settings;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class VerbOutputTests
{
    public static TheoryData<Exception> WhatTheWorldDoesWrong =>
    [
        new IOException("No space left on device."),
        new UnauthorizedAccessException("The folder cannot be read."),
        new JournalCorruptException("0000000001.log", 4096, 17, "a checksum differs"),
        new AcceleratorException("The library is an ONNX Runtime of another version."),
        new SettingsException([]),
        new VerbRefusedException("No such folder."),
    ];

    [Theory]
    [MemberData(nameof(WhatTheWorldDoesWrong), DisableDiscoveryEnumeration = true)]
    public async Task What_the_world_did_wrong_is_a_sentence_and_code_2_never_a_stack_trace(Exception wrong) =>
        Assert.Equal(Exit.Refused, await VerbOutput.Guard(() => throw wrong));

    [Fact]
    public async Task A_defect_is_not_dressed_up_as_the_worlds_fault() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => VerbOutput.Guard(() => throw new InvalidOperationException("a defect")));
}
