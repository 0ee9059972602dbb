namespace EdgeRuntime.Journal.Sealed;

/// <summary>A sealed unit does not give back what its segment holds. It was not signed; the segment stays as it is and stays readable.</summary>
sealed class SealingException(long segment, long frame, string what)
    : Exception($"Segment {segment} was not sealed: frame {frame} does not read back ({what.TrimEnd('.')}). The segment is kept as it is; report this with the segment file.");
