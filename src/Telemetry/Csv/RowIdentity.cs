namespace EdgeRuntime.Telemetry.Csv;

/// <summary>When two rows of a source are the same arrival, which is stored once.</summary>
enum RowIdentity
{
    /// <summary>The same line in a file of the same name: files are read again after a restart, and files that overlap are kept both.</summary>
    File,

    /// <summary>The same time and values, whichever file they are in: files that overlap say the same thing twice.</summary>
    Content,

    /// <summary>Every row is news, in every run.</summary>
    None,
}
