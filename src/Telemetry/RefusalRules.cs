namespace EdgeRuntime.Telemetry;

/// <summary>The rules that a payload or a value can break, as they stand in <see cref="Facts.Refusal.Rule"/> and on the screen.</summary>
static class RefusalRules
{
    internal const string EmptyPayload = "empty-payload";
    internal const string TooLarge = "too-large";
    internal const string NotUtf8 = "not-utf8";
    internal const string NotJson = "not-json";
    internal const string TruncatedJson = "truncated-json";
    internal const string NotAnObject = "not-an-object";
    internal const string TooDeep = "too-deep";
    internal const string TooManyValues = "too-many-values";
    internal const string DuplicateField = "duplicate-field";
    internal const string UnknownTag = "unknown-tag";
    internal const string WrongType = "wrong-type";
    internal const string WrongUnit = "wrong-unit";
    internal const string NotANumber = "not-a-number";
    internal const string QualityUnreadable = "quality-unreadable";
    internal const string TimeUnreadable = "time-unreadable";
    internal const string TimeImplausible = "time-implausible";
    internal const string RetainedWithoutTime = "retained-without-time";
    internal const string ReaderDefect = "reader-defect";
    internal const string NoMapping = "no-mapping";
    internal const string BadRow = "bad-row";
    internal const string FileUnreadable = "file-unreadable";
    internal const string Overflow = "overflow";
}
