namespace EdgeRuntime.Facts;

/// <summary>
/// One value of one tag as the source gave it, with its three times and its raw quality. <see cref="Ingest"/> belongs to the
/// arrival batch and is stored once per batch, so it is not among a sample's own canonical bytes.
/// </summary>
/// <param name="Tag">Id of the tag as the site's tags.yaml names it.</param>
/// <param name="Event">The source's own time; where the source gives none, the box's (the mapping says so).</param>
/// <param name="Server">The time of a server in between, if there was one.</param>
public readonly record struct Sample(string Tag, EventTime Event, ServerTime? Server, IngestTime Ingest, Quality Quality, TagValue Value);
