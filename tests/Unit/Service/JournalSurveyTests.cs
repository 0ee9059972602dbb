using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class JournalSurveyTests
{
    static readonly Digest Serving = Digest.Of("serving"u8);

    [Fact]
    public void What_was_measured_and_when_the_box_audited_itself_is_saved_and_restored()
    {
        var survey = new JournalSurvey();
        survey.Take(Said(1, Found(ArmRole.Primary, DeterminismClass.A), Found(ArmRole.Simple, DeterminismClass.A)));
        survey.Take(Said(2, Found(ArmRole.Primary, DeterminismClass.B)));
        survey.Take(Said(3, new Finding(FindingLayer.Runtime, FindingPriority.Low, "audit:2026-03-15", SelfAudit.Rule, "All the same.")));
        survey.Take(Said(4, new Finding(FindingLayer.Runtime, FindingPriority.Low, "journal", "torn-tail", "Cut.")));
        var bytes = new ArrayBufferWriter<byte>();
        survey.Save(bytes);

        var restored = JournalSurvey.Restore(bytes.WrittenSpan);

        Assert.Equal([(ArmRole.Simple, DeterminismClass.A), (ArmRole.Primary, DeterminismClass.B)], restored.Qualifications.Select(q => (q.Role, q.Class)));
        Assert.Equal(survey.Qualifications, restored.Qualifications);
        Assert.Equal(DeterminismClass.B, restored.QualificationOf("M-1", ArmRole.Primary, Serving)?.Class);
        Assert.Null(restored.QualificationOf("M-2", ArmRole.Primary, Serving));
        Assert.Equal(SampleBuilder.IngestAt(3), restored.Audited);
        var again = new ArrayBufferWriter<byte>();
        restored.Save(again);
        Assert.True(bytes.WrittenSpan.SequenceEqual(again.WrittenSpan));
    }

    [Fact]
    public void A_box_that_never_audited_itself_counts_from_its_first_frame()
    {
        var survey = new JournalSurvey();
        Assert.Null(survey.Audited);

        survey.Take(Said(1));
        survey.Take(Said(2));

        Assert.Equal(SampleBuilder.IngestAt(1), survey.Audited);
    }

    static StoredBatch Said(long frame, params Fact[] facts) =>
        new(frame, new FactBatch { Ingest = SampleBuilder.IngestAt(frame), Origin = Origins.Service, Facts = facts });

    static Qualification Found(ArmRole role, DeterminismClass found) => new()
    {
        Asset = "M-1",
        Role = role,
        Serving = Serving,
        Model = Digest.Of("model"u8),
        Class = found,
        LargestDifference = 0,
        Tolerance = 0,
        Vectors = 256,
        Runs = 12,
        Build = "test",
        Environment = new BoxEnvironment("1.31.1", "cpu", "avx2", 1, "extended", "invariant", "linux", "x64", "10.0.1"),
        Sentence = "Measured.",
    };
}
